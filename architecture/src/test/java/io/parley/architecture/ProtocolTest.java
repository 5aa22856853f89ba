package io.parley.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The protocol decides and does not act: it touches no file, socket, thread, lock, clock or randomness. That is what
 * lets one seeded simulation run years of crashes in a minute.
 */
class ProtocolTest {
    /** Of the JDK, all that a state machine needs. */
    private static final Set<String> PACKAGES = Set.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.math",
            "java.nio",
            "java.nio.charset",
            "java.security",
            "java.time",
            "java.util",
            "java.util.function",
            "java.util.regex",
            "java.util.stream",
            "java.util.zip");

    private static final Set<String> TYPES = Set.of("java.io.Serializable", "java.util.concurrent.TimeUnit");

    private static final Set<String> TYPES_THAT_ACT = Set.of(
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.ProcessHandle",
            "java.lang.Runtime",
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.nio.MappedByteBuffer",
            "java.security.SecureRandom",
            "java.time.Clock",
            "java.time.InstantSource",
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.Timer",
            "java.util.TimerTask");

    /** Methods that read a clock, draw by chance or wait, in types that are else harmless. */
    private static final Set<String> CALLS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.Math.random",
            "java.lang.StrictMath.random",
            "java.lang.Object.wait",
            "java.lang.Object.notify",
            "java.lang.Object.notifyAll",
            "java.util.UUID.randomUUID",
            "java.util.Collections.shuffle");

    @ParameterizedTest
    @FieldSource("io.parley.architecture.Parley#PROTOCOL")
    void shouldTouchNothingOutside(String packages) {
        Parley.needs(packages);
        Parley.hold(classes().that().resideInAPackage(packages).should(touchNothingOutside()));
    }

    @ParameterizedTest
    @FieldSource("io.parley.architecture.Parley#PROTOCOL")
    void shouldNotLock(String packages) {
        Parley.needs(packages);
        Parley.hold(methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(packages)
                .and()
                .doNotHaveName("fillInStackTrace") // synchronized where it comes from
                .should()
                .notHaveModifier(JavaModifier.SYNCHRONIZED));
    }

    private static ArchCondition<JavaClass> touchNothingOutside() {
        return new ArchCondition<>("touch no file, socket, thread, lock, clock or randomness") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    if (acts(dependency.getTargetClass().getBaseComponentType())) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
                for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                    if (readsOrDraws(call)) {
                        events.add(SimpleConditionEvent.violated(call, call.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean acts(JavaClass used) {
        if (used.isPrimitive() || used.getPackageName().startsWith("io.parley.")) {
            return false;
        }
        boolean allowed = PACKAGES.contains(used.getPackageName())
                || TYPES.contains(used.getName())
                || used.getPackageName().equals("org.jspecify.annotations");
        return !allowed || TYPES_THAT_ACT.contains(used.getName());
    }

    private static boolean readsOrDraws(JavaMethodCall call) {
        String owner = call.getTargetOwner().getName();
        String name = call.getTarget().getName();
        return CALLS.contains(owner + "." + name) || owner.startsWith("java.time.") && name.equals("now");
    }
}
