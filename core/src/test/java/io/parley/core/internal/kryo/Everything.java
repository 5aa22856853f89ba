package io.parley.core.internal.kryo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What users put into messages. */
final class Everything {
    static final Class<?>[] CLASSES = {
        Numbers.class, Texts.class, Times.class, Bags.class, Side.class, Leg.class, Account.class, Savings.class
    };

    enum Side {
        BUY,
        SELL {
            @Override
            int sign() {
                return -1;
            }
        };

        int sign() {
            return 1;
        }
    }

    record Leg(String venue, long quantity, @Nullable Leg next) {}

    record Numbers(
            boolean a,
            byte b,
            short c,
            char d,
            int e,
            long f,
            float g,
            double h,
            Integer i,
            BigInteger j,
            BigDecimal k) {}

    record Texts(
            String plain,
            String umlauts,
            String empty,
            @Nullable String none,
            UUID id,
            URI uri,
            Locale locale) {}

    record Times(
            Instant instant,
            Duration duration,
            LocalDate date,
            LocalDateTime dateTime,
            ZonedDateTime zoned,
            ZoneId zone,
            Period period,
            DayOfWeek day,
            TimeUnit unit) {}

    record Bags(
            List<Leg> legs,
            Collection<String> any,
            Set<Side> sides,
            Deque<Integer> deque,
            Map<String, List<Leg>> byVenue,
            SortedMap<Integer, String> sorted,
            ConcurrentHashMap<String, Long> counts,
            Map<Side, ? extends Number> bySide,
            Optional<Leg> maybe,
            Optional<Leg> not,
            OptionalInt number,
            BitSet bits) {}

    /** As people wrote classes before there were records. */
    static class Account {
        private final String owner;
        private List<Leg> legs = new ArrayList<>(List.of(new Leg("default", 1, null)));
        private transient int cached = 7;

        private Account() {
            this("");
        }

        Account(String owner) {
            this.owner = owner;
        }

        String owner() {
            return owner;
        }

        List<Leg> legs() {
            return legs;
        }

        int cached() {
            return cached;
        }

        void put(Leg leg, int cache) {
            legs = new ArrayList<>(List.of(leg));
            cached = cache;
        }
    }

    static final class Savings extends Account {
        private double rate;

        private Savings() {
            super("");
        }

        Savings(String owner, double rate) {
            super(owner);
            this.rate = rate;
        }

        double rate() {
            return rate;
        }
    }

    static final class Arrays2 {
        private byte[] bytes = {};
        private int[] ints = {};
        private double[] doubles = {};
        private boolean[] flags = {};
        private @Nullable String[] texts = {};
        private Leg[] legs = {};
        private @Nullable Object[] any = {};

        boolean same(Arrays2 other) {
            return Arrays.equals(bytes, other.bytes)
                    && Arrays.equals(ints, other.ints)
                    && Arrays.equals(doubles, other.doubles)
                    && Arrays.equals(flags, other.flags)
                    && Arrays.equals(texts, other.texts)
                    && Arrays.equals(legs, other.legs)
                    && Arrays.equals(any, other.any);
        }
    }

    record Cyclic(List<Object> inside) {}

    record Queued(Queue<String> queue) {}

    private Everything() {}

    static Numbers numbers() {
        return new Numbers(
                true,
                (byte) -1,
                Short.MIN_VALUE,
                'ß',
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                1.5f,
                -0.0,
                1_000,
                BigInteger.TWO.pow(200),
                new BigDecimal("-12345678901234567890.123"));
    }

    static Texts texts() {
        return new Texts(
                "plain",
                "grüße 🎈",
                "",
                null,
                new UUID(1, 2),
                URI.create("tcp://host:7700/a?b=c"),
                Locale.CANADA_FRENCH);
    }

    static Times times() {
        Instant instant = Instant.parse("2026-11-30T12:00:00.123456789Z");
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        return new Times(
                instant,
                Duration.ofNanos(-1),
                LocalDate.of(2024, 2, 29),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999),
                instant.atZone(berlin),
                berlin,
                Period.ofMonths(-3),
                DayOfWeek.SUNDAY,
                TimeUnit.DAYS);
    }

    static Bags bags() {
        Leg leg = new Leg("xetra", 5, new Leg("tradegate", 6, null));
        return new Bags(
                List.of(leg, leg),
                new TreeMap<>(Map.of("k", "v")).values(),
                EnumSet.allOf(Side.class),
                new java.util.ArrayDeque<>(List.of(3, 1, 2)),
                Map.of("xetra", Arrays.asList(leg, null)),
                new TreeMap<>(Map.of(2, "two", 1, "one")),
                new ConcurrentHashMap<>(Map.of("n", 5L)),
                new EnumMap<>(Map.of(Side.SELL, 2.5)),
                Optional.of(leg),
                Optional.empty(),
                OptionalInt.of(-4),
                BitSet.valueOf(new long[] {5, 0, 9}));
    }

    static Arrays2 arrays() {
        Arrays2 arrays = new Arrays2();
        arrays.bytes = new byte[] {1, -1};
        arrays.ints = new int[] {0, -1, Integer.MAX_VALUE};
        arrays.doubles = new double[] {Math.PI};
        arrays.flags = new boolean[] {true, false, true};
        arrays.texts = new String[] {"a", null};
        arrays.legs = new Leg[] {new Leg("x", 1, null)};
        arrays.any = new Object[] {"text", 5L, null, Side.BUY};
        return arrays;
    }
}
