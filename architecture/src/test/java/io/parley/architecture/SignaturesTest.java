package io.parley.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What users see of a type. */
class SignaturesTest {
    private static final String ROOT_EXCEPTION = "io.parley.core.error.ParleyException";

    /** Called by programs, so that what they throw is a contract; the other exported packages are called by the engine. */
    private static final DescribedPredicate<JavaClass> CALLED_BY_PROGRAMS = DescribedPredicate.describe(
            "types that programs call",
            type -> Parley.exported().test(type)
                    && (Set.of("io.parley.core", "io.parley.core.channel", "io.parley.core.identity")
                                    .contains(type.getPackageName())
                            || Parley.SIBLINGS.contains(Parley.moduleOf(type))));

    @Test
    void shouldShowNoInternalType() {
        Parley.hold(classes().that(Parley.exported()).should(showNoInternalType()));
    }

    /** A record's boolean has a name where it is read, and the wire's layouts are made by the engine. */
    @Test
    void shouldTakeNoBoolean() {
        Parley.hold(codeUnits()
                .that()
                .areDeclaredInClassesThat(
                        Parley.exported().and(JavaClass.Predicates.resideOutsideOfPackage("io.parley.core.wire")))
                .and(DescribedPredicate.describe(
                        "do not make a record",
                        unit -> !(unit.isConstructor() && unit.getOwner().isRecord())))
                .and(DescribedPredicate.describe("are visible", SignaturesTest::isVisible))
                .should(takeNoBoolean()));
    }

    @Test
    void shouldDeriveItsExceptionsFromOurs() {
        Parley.needs("io.parley.core.error");
        Parley.hold(classes()
                .that(DescribedPredicate.describe(
                        "exported exceptions",
                        type -> Parley.exported().test(type) && type.isAssignableTo(Throwable.class)))
                .should()
                .beAssignableTo(ROOT_EXCEPTION));
    }

    @Test
    void shouldThrowOursOnly() {
        Parley.needs("io.parley.core");
        Parley.hold(classes().that(CALLED_BY_PROGRAMS).should(makeNoForeignException()));
    }

    /** Not on what programs call; but what users write themselves, a handler, may throw anything. */
    @Test
    void shouldDeclareNoCheckedException() {
        Parley.hold(codeUnits()
                .that()
                .areDeclaredInClassesThat(CALLED_BY_PROGRAMS.and(DescribedPredicate.not(annotatedFunctional())))
                .and(DescribedPredicate.describe("are visible", SignaturesTest::isVisible))
                .should(declareNoCheckedException()));
    }

    private static DescribedPredicate<JavaClass> annotatedFunctional() {
        return DescribedPredicate.describe("written by users", type -> type.isAnnotatedWith(FunctionalInterface.class));
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static ArchCondition<JavaClass> showNoInternalType() {
        return new ArchCondition<>("show no internal type") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                List<JavaType> shown = new ArrayList<>(type.getInterfaces());
                type.getSuperclass().ifPresent(shown::add);
                for (JavaField field : type.getFields()) {
                    if (isVisible(field)) {
                        shown.add(field.getType());
                    }
                }
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    if (isVisible(unit)) {
                        shown.add(unit.getReturnType());
                        shown.addAll(unit.getParameterTypes());
                    }
                }
                for (JavaType one : shown) {
                    one.getAllInvolvedRawTypes().stream()
                            .filter(Parley::isInternal)
                            .forEach(used -> events.add(SimpleConditionEvent.violated(
                                    type, type.getName() + " shows the internal " + used.getName())));
                }
            }
        };
    }

    private static ArchCondition<JavaCodeUnit> takeNoBoolean() {
        return new ArchCondition<>("take no boolean: an enum says at the call what is meant") {
            @Override
            public void check(JavaCodeUnit unit, ConditionEvents events) {
                if (unit.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(boolean.class))) {
                    events.add(SimpleConditionEvent.violated(unit, unit.getFullName() + " takes a boolean"));
                }
            }
        };
    }

    private static ArchCondition<JavaClass> makeNoForeignException() {
        return new ArchCondition<>("make no exceptions but " + ROOT_EXCEPTION) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaConstructorCall call : type.getConstructorCallsFromSelf()) {
                    JavaClass made = call.getTargetOwner();
                    boolean delegates = call.getOrigin().isConstructor() && type.isAssignableTo(made.getName());
                    if (made.isAssignableTo(Exception.class) && !made.isAssignableTo(ROOT_EXCEPTION) && !delegates) {
                        events.add(SimpleConditionEvent.violated(call, call.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaCodeUnit> declareNoCheckedException() {
        return new ArchCondition<>("declare no checked exception") {
            @Override
            public void check(JavaCodeUnit unit, ConditionEvents events) {
                for (JavaClass thrown : unit.getExceptionTypes()) {
                    if (!thrown.isAssignableTo(RuntimeException.class)) {
                        events.add(SimpleConditionEvent.violated(
                                unit, unit.getFullName() + " declares " + thrown.getName()));
                    }
                }
            }
        };
    }
}
