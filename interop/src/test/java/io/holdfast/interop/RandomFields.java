package io.holdfast.interop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Random columns of one schema, of every type that both engines write. */
final class RandomFields {
  private static final int DEPTH = 3;

  private final Random random;

  /** Whether dictionaries may be where the Rust engine cannot unify them for a segment. */
  private final boolean dictionariesAnywhere;

  /** The values of the dictionaries that the fields name. */
  private final Map<DictionaryEncoding, Field> dictionaries = new HashMap<>();

  RandomFields(Random random, boolean dictionariesAnywhere) {
    this.random = random;
    this.dictionariesAnywhere = dictionariesAnywhere;
  }

  List<Field> columns() {
    List<Field> columns = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      columns.add(field("c" + i, DEPTH, true));
    }
    return columns;
  }

  Map<DictionaryEncoding, Field> dictionaries() {
    return dictionaries;
  }

  private Field field(String name, int depth, boolean shallow) {
    boolean nullable = random.nextInt(3) > 0;
    int kind = random.nextInt(depth > 0 ? 12 : 9);
    boolean dictionary = kind >= 7 && (shallow || dictionariesAnywhere);
    if (kind < 9 && !dictionary) {
      return leaf(name, nullable, primitive());
    }
    if (kind < 9) {
      return encoded(name, nullable);
    }
    return nested(name, nullable, depth - 1, shallow);
  }

  private static Field leaf(String name, boolean nullable, ArrowType type) {
    boolean always = type instanceof ArrowType.Null;
    return new Field(name, new FieldType(nullable || always, type, null), null);
  }

  private Field encoded(String name, boolean nullable) {
    var index = new ArrowType.Int(8 << random.nextInt(4), random.nextBoolean());
    var encoding = new DictionaryEncoding(dictionaries.size(), random.nextInt(4) == 0, index);
    // Values may be absent, and all of them, where keys may be.
    dictionaries.put(encoding, leaf("values", nullable, dictionaryValues()));
    return new Field(name, new FieldType(nullable, index, encoding), null);
  }

  private Field nested(String name, boolean nullable, int depth, boolean shallow) {
    return switch (random.nextInt(5)) {
      case 0 -> parent(name, nullable, new ArrowType.List(), field("item", depth, false));
      case 1 -> parent(name, nullable, new ArrowType.LargeList(), field("item", depth, false));
      case 2 ->
          parent(
              name,
              nullable,
              new ArrowType.FixedSizeList(1 + random.nextInt(3)),
              field("item", depth, false));
      case 3 -> {
        List<Field> children = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
          children.add(field("f" + i, depth, shallow && depth == DEPTH - 1));
        }
        yield new Field(name, new FieldType(nullable, new ArrowType.Struct(), null), children);
      }
      default -> {
        Field key = leaf("key", false, new ArrowType.Utf8());
        Field entries =
            new Field(
                "entries",
                new FieldType(false, new ArrowType.Struct(), null),
                List.of(key, field("value", depth, false)));
        yield parent(name, nullable, new ArrowType.Map(false), entries);
      }
    };
  }

  private static Field parent(String name, boolean nullable, ArrowType type, Field child) {
    return new Field(name, new FieldType(nullable, type, null), List.of(child));
  }

  @SafeVarargs
  private ArrowType oneOf(Supplier<ArrowType>... types) {
    return types[random.nextInt(types.length)].get();
  }

  private ArrowType primitive() {
    return oneOf(
        ArrowType.Null::new,
        ArrowType.Bool::new,
        () -> new ArrowType.Int(8 << random.nextInt(4), random.nextBoolean()),
        () -> new ArrowType.Int(8 << random.nextInt(4), random.nextBoolean()),
        this::floating,
        this::text,
        this::text,
        this::binary,
        this::decimal,
        this::temporal,
        this::temporal);
  }

  private ArrowType dictionaryValues() {
    return oneOf(
        ArrowType.Utf8::new,
        ArrowType.LargeUtf8::new,
        ArrowType.Binary::new,
        () -> new ArrowType.FixedSizeBinary(16),
        () -> new ArrowType.Int(32, true),
        () -> new ArrowType.Int(64, true),
        () -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
        () -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, null),
        () -> new ArrowType.Decimal(30, 4, 128));
  }

  private ArrowType floating() {
    List<FloatingPointPrecision> all = List.of(FloatingPointPrecision.values());
    return new ArrowType.FloatingPoint(all.get(random.nextInt(all.size())));
  }

  private ArrowType text() {
    return oneOf(ArrowType.Utf8::new, ArrowType.LargeUtf8::new, ArrowType.Utf8View::new);
  }

  private ArrowType binary() {
    return oneOf(
        ArrowType.Binary::new,
        ArrowType.LargeBinary::new,
        ArrowType.BinaryView::new,
        () -> new ArrowType.FixedSizeBinary(1 + random.nextInt(20)));
  }

  private ArrowType decimal() {
    int width = random.nextBoolean() ? 128 : 256;
    int precision = 1 + random.nextInt(width == 128 ? 38 : 76);
    return new ArrowType.Decimal(precision, random.nextInt(-3, precision + 1), width);
  }

  private ArrowType temporal() {
    TimeUnit unit = List.of(TimeUnit.values()).get(random.nextInt(4));
    return oneOf(
        () -> new ArrowType.Date(DateUnit.DAY),
        () -> new ArrowType.Date(DateUnit.MILLISECOND),
        () -> new ArrowType.Time(TimeUnit.SECOND, 32),
        () -> new ArrowType.Time(TimeUnit.MILLISECOND, 32),
        () -> new ArrowType.Time(TimeUnit.MICROSECOND, 64),
        () -> new ArrowType.Time(TimeUnit.NANOSECOND, 64),
        () -> new ArrowType.Timestamp(unit, null),
        () -> new ArrowType.Timestamp(unit, random.nextBoolean() ? "UTC" : "Europe/Oslo"),
        () -> new ArrowType.Duration(unit),
        () -> new ArrowType.Interval(IntervalUnit.YEAR_MONTH),
        () -> new ArrowType.Interval(IntervalUnit.DAY_TIME),
        () -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO));
  }
}
