package dev.socks5.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Makes the meters that one listener has in a registry, all with its tags, and removes them together. */
final class Meters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> all = new ArrayList<>();
    private boolean removed;

    /**
     * Begins without a meter.
     *
     * @param first one of the meters that will be made
     * @throws IllegalStateException if the registry has it already: a function that is registered a second time is
     *     ignored without a word
     */
    Meters(MeterRegistry registry, Tags tags, Figure first) {
        if (registry.find(first.name()).tags(tags).meter() != null) {
            throw new IllegalStateException("the registry has " + first.name()
                    + " with these tags already: close what made it, or give each a tag with a value of its own");
        }
        this.registry = registry;
        this.tags = tags;
    }

    /** Adds a gauge. The registry does not keep the source alive. */
    <T> void gauge(Figure figure, T source, ToDoubleFunction<T> value) {
        keep(Gauge.builder(figure.name(), source, value)
                .tags(tags)
                .description(figure.description())
                .baseUnit(figure.unit())
                .register(registry));
    }

    /** Adds a counter that something else counts. The registry does not keep the source alive. */
    <T> void counter(Figure figure, Tags own, T source, ToDoubleFunction<T> value) {
        keep(FunctionCounter.builder(figure.name(), source, value)
                .tags(tags.and(own))
                .description(figure.description())
                .baseUnit(figure.unit())
                .register(registry));
    }

    Counter counter(Figure figure, Tags own) {
        return keep(Counter.builder(figure.name())
                .tags(tags.and(own))
                .description(figure.description())
                .baseUnit(figure.unit())
                .register(registry));
    }

    Timer timer(Figure figure, Tags own) {
        return keep(Timer.builder(figure.name())
                .tags(tags.and(own))
                .description(figure.description())
                .register(registry));
    }

    /** Remembers a meter. One that comes too late, by an event that was under way, is not left behind. */
    private synchronized <M extends Meter> M keep(M meter) {
        if (removed) {
            registry.remove(meter);
        } else {
            all.add(meter);
        }
        return meter;
    }

    synchronized void remove() {
        removed = true;
        all.forEach(registry::remove);
    }
}
