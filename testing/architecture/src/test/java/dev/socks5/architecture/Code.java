package dev.socks5.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The compiled main code of the project, read once. */
final class Code {

    /** All of it. */
    static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.socks5");

    private Code() {}

    /** Gives the class that has a file of its own. */
    static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(Code::outermost).orElse(type);
    }
}
