package io.parley.architecture;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The product as it was built: what the rules are held against. */
final class Parley {
    /** In the order of dependence: none knows one that stands after it, and siblings do not know each other. */
    static final List<String> LIBRARY_MODULES = List.of("core", "transport", "discovery", "reliability", "testkit");

    static final List<String> SIBLINGS = List.of("transport", "discovery", "reliability");

    /** The packages of core from the bottom up: each may use those before it. The last one stands for all that is internal. */
    static final List<String> CORE_LAYERS = List.of(
            "io.parley.core.error",
            "io.parley.core.identity",
            "io.parley.core.channel",
            "io.parley.core.codec",
            "io.parley.core.log",
            "io.parley.core.wire",
            "io.parley.core.spi",
            "io.parley.core",
            "io.parley.core.internal..");

    /** State machines and layouts: events and a time go in, actions come out. */
    static final List<String> PROTOCOL = List.of(
            "io.parley.core.wire",
            "io.parley.core.channel",
            "io.parley.core.internal.peer..",
            "io.parley.core.internal.session..",
            "io.parley.core.internal.service..",
            "io.parley.reliability.internal.protocol..");

    /**
     * What is there by now. A rule about one of these fails when it finds no class, so that a rename does not switch it
     * off; a rule about another package is skipped until there is something to hold it against. Only ever add to this.
     */
    private static final Set<String> REQUIRED = Set.of(
            "io.parley.core.error",
            "io.parley.core.identity",
            "io.parley.core.channel",
            "io.parley.core.codec",
            "io.parley.core.log",
            "io.parley.core.wire",
            "io.parley.core.spi",
            "io.parley.core");

    private static final Pattern INTERNAL = Pattern.compile("io\\.parley\\.(.+\\.)?internal(\\..+)?");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/io/parley/architecture/"))
            .importPackages("io.parley");

    private Parley() {}

    static JavaClasses classes() {
        return CLASSES;
    }

    /** Holds the rule against the product. It fails when it matched no class at all. */
    static void hold(ArchRule rule) {
        rule.allowEmptyShould(false).check(CLASSES);
    }

    /** Skips the test when this package (with {@code ..} at its end: or one below) is still to be written. */
    static void needs(String packages) {
        boolean found = CLASSES.stream().anyMatch(JavaClass.Predicates.resideInAPackage(packages));
        assertTrue(found || !REQUIRED.contains(packages), packages + " is gone: give its rules the new name");
        assumeTrue(found, packages + " is not there yet");
    }

    static void needsModule(String module) {
        needs(packagesOf(module));
    }

    static String packagesOf(String module) {
        return "io.parley." + module + "..";
    }

    /** The module of a class of ours, else "". */
    static String moduleOf(JavaClass type) {
        String[] names = type.getPackageName().split("\\.", -1);
        return names.length > 2 && type.getPackageName().startsWith("io.parley.") ? names[2] : "";
    }

    static DescribedPredicate<JavaClass> internal() {
        return DescribedPredicate.describe("internal", Parley::isInternal);
    }

    static boolean isInternal(JavaClass type) {
        return INTERNAL.matcher(type.getPackageName()).matches();
    }

    /** What users of the library modules can see. */
    static DescribedPredicate<JavaClass> exported() {
        return DescribedPredicate.describe(
                "exported types",
                type -> LIBRARY_MODULES.contains(moduleOf(type)) && !isInternal(type) && isVisible(type));
    }

    private static boolean isVisible(JavaClass type) {
        boolean visible = type.getModifiers().contains(JavaModifier.PUBLIC)
                || type.getModifiers().contains(JavaModifier.PROTECTED);
        return visible && type.getEnclosingClass().map(Parley::isVisible).orElse(true);
    }
}
