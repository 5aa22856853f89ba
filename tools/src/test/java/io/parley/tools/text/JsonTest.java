package io.parley.tools.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JsonTest {
    @Test
    void shouldWriteEveryKindOfValue() {
        Json json = Json.object()
                .put("text", "a\"b\\c")
                .put("whole", -7)
                .put("number", 2.5)
                .put("yes", true)
                .put("list", List.of("x", Json.object().put("in", 1)))
                .put("object", Json.object());
        assertEquals(
                "{\"text\":\"a\\\"b\\\\c\",\"whole\":-7,\"number\":2.5,\"yes\":true,\"list\":[\"x\",{\"in\":1}],\"object\":{}}",
                json.toString());
    }

    @Test
    void shouldStayOnOneLine() {
        assertEquals(
                "{\"a\":\"1\\n2\\r3\\t4\\u0000\"}",
                Json.object().put("a", "1\n2\r3\t4\0").toString());
    }

    @Test
    void shouldEscapeHalfASurrogatePairAndKeepAWholeOne() {
        assertEquals("{\"a\":\"\\ud83d\"}", Json.object().put("a", "\ud83d").toString());
        assertEquals(
                "{\"a\":\"\ud83d\ude00\"}",
                Json.object().put("a", "\ud83d\ude00").toString());
    }

    @Test
    void shouldShowAPayloadAsTextWhenItIsUtf8AndAsBase64Otherwise() {
        assertEquals(
                "{\"message\":\"é\"}",
                Json.object().payload(new byte[] {(byte) 0xc3, (byte) 0xa9}).toString());
        assertEquals(
                "{\"message64\":\"/w==\"}",
                Json.object().payload(new byte[] {(byte) 0xff}).toString());
    }

    @Test
    void shouldReadWhatItWrote() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(20), 0, 0x3000).forEach(c -> text.append((char) c));
            long whole = random.nextLong();
            String line = Json.object()
                    .put("t", text.toString())
                    .put("n", whole)
                    .put("l", List.of(text))
                    .toString();
            assertEquals(
                    Map.of("t", text.toString(), "n", whole, "l", List.of(text.toString())),
                    JsonReader.object(line),
                    "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":01}",
                "{\"a\":1}x",
                "{\"a\":\"\n\"}",
                "{\"a\":tru}"
            })
    void shouldRefuseWhatIsNoObject(String text) {
        assertThrows(IllegalArgumentException.class, () -> JsonReader.object(text));
    }

    @Test
    void shouldRefuseDeepNesting() {
        String deep = "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        assertThrows(IllegalArgumentException.class, () -> JsonReader.object(deep));
    }
}
