package io.parley.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom: modules, packages, and the libraries of others. */
class DependenciesTest {
    @ParameterizedTest
    @FieldSource("io.parley.architecture.Parley#LIBRARY_MODULES")
    void shouldKnowOnlyModulesBelow(String module) {
        Parley.needsModule(module);
        // Core stands alone, and what is built on core knows core alone: the siblings and the testkit do not know each
        // other.
        String[] known = Stream.of("core", module).map(Parley::packagesOf).toArray(String[]::new);
        Parley.hold(noClasses()
                .that()
                .resideInAPackage(Parley.packagesOf(module))
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.parley..").and(DescribedPredicate.not(resideInAnyPackage(known)))));
    }

    @Test
    void shouldLeaveTheInternalsOfOtherModulesAlone() {
        Parley.hold(classes().that().resideInAPackage("io.parley..").should(useNoInternalsOfOtherModules()));
    }

    @ParameterizedTest
    @FieldSource("io.parley.architecture.Parley#CORE_LAYERS")
    void shouldKnowOnlyLayersBelow(String layer) {
        Parley.needs(layer);
        List<String> layers = Parley.CORE_LAYERS;
        String[] above =
                layers.subList(layers.indexOf(layer) + 1, layers.size()).toArray(String[]::new);
        if (above.length > 0) {
            Parley.hold(noClasses()
                    .that()
                    .resideInAPackage(layer)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(above));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.parley.core.spi", "io.parley.core.wire"})
    void shouldStandOnItsOwn(String contract) {
        Parley.needs(contract);
        Parley.hold(noClasses()
                .that()
                .resideInAPackage(contract)
                .should()
                .dependOnClassesThat(Parley.internal()
                        .or(resideInAPackage("io.parley..")
                                .and(DescribedPredicate.not(resideInAPackage("io.parley.core.."))))));
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        Parley.hold(slices().matching("io.parley.(**)").should().beFreeOfCycles());
    }

    @ParameterizedTest
    @CsvSource({
        "com.esotericsoftware.., io.parley.core.internal.kryo",
        "org.zeromq.., io.parley.transport.internal..",
        "javax.jmdns.., io.parley.discovery.internal..",
    })
    void shouldHideTheLibrary(String library, String home) {
        Parley.needs(home);
        Parley.hold(noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library));
    }

    /** Users see the JDK and Parley. The testkit's contract tests are JUnit tests, and show it. */
    @Test
    void shouldShowNoLibraryToUsers() {
        Parley.hold(classes()
                .that(Parley.exported())
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "", "java..", "io.parley..", "org.jspecify.annotations..", "org.junit.jupiter..")));
    }

    private static ArchCondition<JavaClass> useNoInternalsOfOtherModules() {
        return new ArchCondition<>("use no internals of other modules") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass used = dependency.getTargetClass().getBaseComponentType();
                    boolean foreign = !Parley.moduleOf(used).equals(Parley.moduleOf(type));
                    if (foreign && Parley.isInternal(used)) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
