package io.parley.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What no class does. In the sources of tests, the style check looks for sleeping. */
class ConductTest {
    private static final DescribedPredicate<JavaClass> LIBRARY = DescribedPredicate.describe(
            "in a library module", type -> Parley.LIBRARY_MODULES.contains(Parley.moduleOf(type)));

    @Test
    void shouldNotSleep() {
        Parley.hold(noClasses()
                .that()
                .resideInAPackage("io.parley..")
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "a thread sleeps",
                        call -> call.getTarget().getName().equals("sleep")
                                && (call.getTargetOwner().isAssignableTo(Thread.class)
                                        || call.getTargetOwner().isEquivalentTo(TimeUnit.class)))));
    }

    @Test
    void shouldLeaveStandardOutputToTheProgram() {
        Parley.hold(noClasses()
                .that(LIBRARY)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "a stack trace is printed",
                        call -> call.getTarget().getName().equals("printStackTrace")
                                && call.getTargetOwner().isAssignableTo(Throwable.class)
                                && call.getTarget().getRawParameterTypes().isEmpty())));
    }

    @Test
    void shouldLeaveTheProcessToTheProgram() {
        Parley.hold(noClasses()
                .that(LIBRARY)
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class));
    }
}
