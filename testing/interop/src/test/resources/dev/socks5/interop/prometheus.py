# Reads a page of Prometheus's text format, and prints what it understands: a line for each family, and one for each sample.
import sys

from prometheus_client.parser import text_string_to_metric_families

for family in text_string_to_metric_families(sys.stdin.read()):
    print("family", family.name, family.type, family.documentation, sep="\t")
    for sample in family.samples:
        labels = ",".join("%s=%s" % label for label in sorted(sample.labels.items()))
        print("sample", sample.name, labels, sample.value, sep="\t")
