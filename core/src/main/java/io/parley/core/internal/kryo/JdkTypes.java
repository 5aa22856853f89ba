package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.serializers.DefaultArraySerializers;
import com.esotericsoftware.kryo.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.serializers.EnumNameSerializer;
import com.esotericsoftware.kryo.serializers.OptionalSerializers;
import com.esotericsoftware.kryo.serializers.TimeSerializers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The types of the JDK that any codec knows, under ids 10, 11, 12 … in the order of this class; 0 to 8 are Kryo's own, text
 * and primitives. The order is part of the layout: add at the end.
 */
final class JdkTypes {
    /** Users' classes begin here, so that there is room for more of the JDK's. */
    static final int FIRST_FREE_ID = 80;

    private static final int FIRST_ID = 10;
    private static final Set<Class<?>> KRYOS_OWN = Set.of(
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class);
    private static final Map<Class<?>, Supplier<Serializer<?>>> TYPES = new LinkedHashMap<>();
    /** What arrives for a collection of a class that is not in the list: the first that fits. */
    private static final Map<Class<?>, Class<?>> FAMILIES = new LinkedHashMap<>();

    static {
        arrays();
        values();
        times();
        collections();
        FAMILIES.put(SortedMap.class, TreeMap.class);
        FAMILIES.put(ConcurrentMap.class, ConcurrentHashMap.class);
        FAMILIES.put(Map.class, LinkedHashMap.class);
        FAMILIES.put(List.class, ArrayList.class);
        FAMILIES.put(SortedSet.class, TreeSet.class);
        FAMILIES.put(Set.class, LinkedHashSet.class);
        FAMILIES.put(Deque.class, ArrayDeque.class);
    }

    private JdkTypes() {}

    static boolean contains(Class<?> type) {
        return type.isPrimitive() || KRYOS_OWN.contains(type) || TYPES.containsKey(type);
    }

    /** Whether values of this interface come as one of these types. */
    static boolean isFamily(Class<?> type) {
        return type.isInterface()
                && (FAMILIES.keySet().stream().anyMatch(type::isAssignableFrom)
                        || FAMILIES.values().stream().anyMatch(type::isAssignableFrom));
    }

    /** As what a value of an unknown class travels. */
    static @Nullable Class<?> family(Class<?> type) {
        for (Map.Entry<Class<?>, Class<?>> family : FAMILIES.entrySet()) {
            if (family.getKey().isAssignableFrom(type)) {
                return family.getValue();
            }
        }
        if (ZoneId.class.isAssignableFrom(type)) {
            return ZoneId.class;
        }
        boolean queue = Queue.class.isAssignableFrom(type); // its order would be lost
        return !queue && Collection.class.isAssignableFrom(type) ? ArrayList.class : null;
    }

    static void register(Kryo kryo) {
        int id = FIRST_ID;
        for (Map.Entry<Class<?>, Supplier<Serializer<?>>> type : TYPES.entrySet()) {
            kryo.register(type.getKey(), type.getValue().get(), id++);
        }
    }

    private static void arrays() {
        TYPES.put(byte[].class, DefaultArraySerializers.ByteArraySerializer::new);
        TYPES.put(boolean[].class, BooleansSerializer::new);
        TYPES.put(short[].class, DefaultArraySerializers.ShortArraySerializer::new);
        TYPES.put(char[].class, DefaultArraySerializers.CharArraySerializer::new);
        TYPES.put(int[].class, DefaultArraySerializers.IntArraySerializer::new);
        TYPES.put(long[].class, DefaultArraySerializers.LongArraySerializer::new);
        TYPES.put(float[].class, DefaultArraySerializers.FloatArraySerializer::new);
        TYPES.put(double[].class, DefaultArraySerializers.DoubleArraySerializer::new);
        TYPES.put(String[].class, () -> new ArraySerializer(String.class));
        TYPES.put(Object[].class, () -> new ArraySerializer(Object.class));
    }

    private static void values() {
        TYPES.put(BigInteger.class, DefaultSerializers.BigIntegerSerializer::new);
        TYPES.put(BigDecimal.class, DefaultSerializers.BigDecimalSerializer::new);
        TYPES.put(UUID.class, DefaultSerializers.UUIDSerializer::new);
        TYPES.put(URI.class, DefaultSerializers.URISerializer::new);
        TYPES.put(Locale.class, DefaultSerializers.LocaleSerializer::new);
        TYPES.put(Currency.class, DefaultSerializers.CurrencySerializer::new);
        TYPES.put(BitSet.class, DefaultSerializers.BitSetSerializer::new);
        TYPES.put(Date.class, DefaultSerializers.DateSerializer::new);
        TYPES.put(Optional.class, OptionalSerializers.OptionalSerializer::new);
        TYPES.put(OptionalInt.class, OptionalSerializers.OptionalIntSerializer::new);
        TYPES.put(OptionalLong.class, OptionalSerializers.OptionalLongSerializer::new);
        TYPES.put(OptionalDouble.class, OptionalSerializers.OptionalDoubleSerializer::new);
        TYPES.put(TimeUnit.class, () -> new EnumNameSerializer(TimeUnit.class));
    }

    private static void times() {
        TYPES.put(Duration.class, TimeSerializers.DurationSerializer::new);
        TYPES.put(Instant.class, TimeSerializers.InstantSerializer::new);
        TYPES.put(LocalDate.class, TimeSerializers.LocalDateSerializer::new);
        TYPES.put(LocalTime.class, TimeSerializers.LocalTimeSerializer::new);
        TYPES.put(LocalDateTime.class, TimeSerializers.LocalDateTimeSerializer::new);
        TYPES.put(ZoneOffset.class, TimeSerializers.ZoneOffsetSerializer::new);
        TYPES.put(ZoneId.class, TimeSerializers.ZoneIdSerializer::new);
        TYPES.put(OffsetTime.class, TimeSerializers.OffsetTimeSerializer::new);
        TYPES.put(OffsetDateTime.class, TimeSerializers.OffsetDateTimeSerializer::new);
        TYPES.put(ZonedDateTime.class, TimeSerializers.ZonedDateTimeSerializer::new);
        TYPES.put(Year.class, TimeSerializers.YearSerializer::new);
        TYPES.put(YearMonth.class, TimeSerializers.YearMonthSerializer::new);
        TYPES.put(MonthDay.class, TimeSerializers.MonthDaySerializer::new);
        TYPES.put(Period.class, TimeSerializers.PeriodSerializer::new);
        TYPES.put(DayOfWeek.class, () -> new EnumNameSerializer(DayOfWeek.class));
        TYPES.put(Month.class, () -> new EnumNameSerializer(Month.class));
    }

    private static void collections() {
        TYPES.put(ArrayList.class, () -> new ElementsSerializer(ArrayList::new));
        TYPES.put(ArrayDeque.class, () -> new ElementsSerializer(ArrayDeque::new));
        TYPES.put(HashSet.class, () -> new ElementsSerializer(HashSet::new));
        TYPES.put(LinkedHashSet.class, () -> new ElementsSerializer(LinkedHashSet::new));
        TYPES.put(TreeSet.class, () -> new ElementsSerializer(TreeSet::new));
        TYPES.put(HashMap.class, () -> new EntriesSerializer(HashMap::new));
        TYPES.put(LinkedHashMap.class, () -> new EntriesSerializer(LinkedHashMap::new));
        TYPES.put(TreeMap.class, () -> new EntriesSerializer(TreeMap::new));
        TYPES.put(ConcurrentHashMap.class, () -> new EntriesSerializer(ConcurrentHashMap::new));
    }
}
