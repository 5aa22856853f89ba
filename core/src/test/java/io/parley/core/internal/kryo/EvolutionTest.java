package io.parley.core.internal.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of one class, each in a class loader of its own, as two programs have them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EvolutionTest {
    @TempDir
    private Path directory;

    private int versions;

    @Test
    void shouldAddAndRemoveFieldsOfARecord() throws Exception {
        Class<?> old = version("public record Order(String id, int amount) {}");
        Class<?> young = version("public record Order(long priority, String id, java.util.Optional<String> note,"
                + " java.util.List<String> tags, int amount) {}");
        Codec<Object> before = codec(old);
        Codec<Object> after = codec(young);

        assertNotEquals(before.fingerprint(), after.fingerprint());
        assertTrue(after.reads("kryo", before.fingerprint()));
        assertTrue(before.reads("kryo", after.fingerprint()));
        assertEquals(
                "Order[priority=0, id=a-1, note=Optional.empty, tags=null, amount=5]",
                carry(before, make(old, "a-1", 5), after).toString());
        Object full = make(young, 9L, "a-2", java.util.Optional.of("soon"), java.util.List.of("x", "y"), 6);
        assertEquals("Order[id=a-2, amount=6]", carry(after, full, before).toString());
    }

    @Test
    void shouldKeepTheDefaultOfAFieldThatTheSenderDoesNotKnow() throws Exception {
        Class<?> old = version("public class Order { public int amount; }");
        Class<?> young = version("public class Order { public String unit = \"kg\"; public int amount;"
                + " public String toString() { return amount + unit; } }");

        assertEquals("0kg", carry(codec(old), make(old), codec(young)).toString());
    }

    @Test
    void shouldSayThatAFieldHasAnotherType() throws Exception {
        Class<?> old = version("public record Order(int amount) {}");
        Class<?> young = version("public record Order(long amount) {}");

        ParleyException refused =
                assertThrows(ParleyException.class, () -> carry(codec(old), make(old, 1), codec(young)));

        assertTrue(refused.getMessage().contains("Order.amount"), refused.getMessage());
        assertTrue(refused.getMessage().contains("expected long"), refused.getMessage());
    }

    @Test
    void shouldSayThatARecordRefusedItsValues() throws Exception {
        Class<?> old = version("public record Order(int amount) {}");
        Class<?> young = version("public record Order(int amount, String unit) {"
                + " public Order { if (unit == null) throw new IllegalStateException(\"no unit\"); } }");

        ParleyException refused =
                assertThrows(ParleyException.class, () -> carry(codec(old), make(old, 1), codec(young)));

        assertTrue(refused.getMessage().contains("no unit"), refused.getMessage());
    }

    @Test
    void shouldNotTakeAnotherSetOfClasses() throws Exception {
        Codec<Object> one = codec(version("public record Order(int amount) {}"));
        Codec<Object> other = codec(version("public record Invoice(int amount) {}", "Invoice"));

        assertFalse(one.reads("kryo", other.fingerprint()));
    }

    private static Codec<Object> codec(Class<?> type) {
        return new KryoCodec<>(Object.class, Schema.of(Object.class, java.util.List.of(type)));
    }

    private static Object carry(Codec<Object> from, Object value, Codec<Object> to) {
        ByteBuffer bytes = KryoCodecTest.bytes(from, value);
        return to.decode(bytes);
    }

    private static Object make(Class<?> type, Object... values) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        return constructor.newInstance(values);
    }

    private Class<?> version(String source) throws IOException, ClassNotFoundException {
        return version(source, "Order");
    }

    private Class<?> version(String source, String name) throws IOException, ClassNotFoundException {
        Path home = Files.createDirectory(directory.resolve("v" + ++versions));
        Path file = home.resolve(name + ".java");
        Files.writeString(file, "package shop; " + source);
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", home.toString(), file.toString());
        assertEquals(0, failed);
        URLClassLoader loader = new URLClassLoader(new URL[] {home.toUri().toURL()}, null);
        return loader.loadClass("shop." + name);
    }
}
