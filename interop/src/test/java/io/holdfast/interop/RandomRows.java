package io.holdfast.interop;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VariableWidthFieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/**
 * Fills vectors with random rows, with nulls where the field allows them.
 *
 * @param random decides all
 * @param dictionaries filled before what refers to them
 */
record RandomRows(Random random, DictionaryProvider dictionaries) {
  private static final String[] WORDS = {
    "",
    "kelp",
    "tide\n",
    "Ünïcode",
    "日本",
    "\"quoted\\\"",
    "longer than a view holds inline",
    "\u0001"
  };
  private static final double[] NUMBERS = {
    0,
    -0.0,
    1,
    -1.5,
    0.1,
    1e20,
    1e21,
    1e-6,
    1e-7,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE
  };

  void fill(FieldVector vector, int rows) {
    vector.setInitialCapacity(rows);
    vector.allocateNew();
    switch (vector) {
      case StructVector struct -> struct(struct, rows);
      case ListVector list -> list(list, rows);
      case LargeListVector list -> largeList(list, rows);
      case FixedSizeListVector list -> fixedSizeList(list, rows);
      case NullVector nulls -> {}
      default -> {
        for (int row = 0; row < rows; row++) {
          if (!absent(vector)) {
            value(vector, row);
          }
        }
      }
    }
    vector.setValueCount(rows);
  }

  private boolean absent(FieldVector vector) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    boolean nothingToName = encoding != null && size(encoding) == 0;
    return nothingToName || (vector.getField().isNullable() && random.nextInt(4) == 0);
  }

  private int size(DictionaryEncoding encoding) {
    return Objects.requireNonNull(dictionaries.lookup(encoding.getId()))
        .getVector()
        .getValueCount();
  }

  private void struct(StructVector struct, int rows) {
    struct.getChildrenFromFields().forEach(child -> fill(child, rows));
    for (int row = 0; row < rows; row++) {
      if (absent(struct)) {
        struct.setNull(row);
      } else {
        struct.setIndexDefined(row);
      }
    }
  }

  private void list(ListVector list, int rows) {
    int items = 0;
    for (int row = 0; row < rows; row++) {
      if (absent(list)) {
        list.setNull(row);
      } else {
        int count = random.nextInt(4);
        list.startNewValue(row);
        list.endValue(row, count);
        items += count;
      }
    }
    fill(list.getDataVector(), items);
  }

  private void largeList(LargeListVector list, int rows) {
    int items = 0;
    for (int row = 0; row < rows; row++) {
      if (absent(list)) {
        list.setNull(row);
      } else {
        int count = random.nextInt(4);
        list.startNewValue(row);
        list.endValue(row, count);
        items += count;
      }
    }
    fill(list.getDataVector(), items);
  }

  private void fixedSizeList(FixedSizeListVector list, int rows) {
    for (int row = 0; row < rows; row++) {
      if (absent(list)) {
        list.setNull(row);
      } else {
        list.setNotNull(row);
      }
    }
    fill(list.getDataVector(), rows * list.getListSize());
  }

  private void value(FieldVector vector, int row) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    switch (vector) {
      case BaseIntVector keys when encoding != null ->
          keys.setWithPossibleTruncate(row, random.nextInt(size(encoding)));
      case BitVector bits -> bits.setSafe(row, random.nextInt(2));
      case DecimalVector decimals -> decimals.setSafe(row, decimal(vector));
      case Decimal256Vector decimals -> decimals.setSafe(row, decimal(vector));
      case Float8Vector doubles when random.nextBoolean() ->
          doubles.setSafe(row, NUMBERS[random.nextInt(NUMBERS.length)]);
      case BaseFixedWidthVector fixed -> {
        fixed.setIndexDefined(row);
        fixed
            .getDataBuffer()
            .setBytes((long) row * fixed.getTypeWidth(), bytes(fixed.getTypeWidth()));
      }
      case VariableWidthFieldVector variable -> variable.setSafe(row, content(vector));
      default -> throw new IllegalArgumentException("no random values for " + vector.getField());
    }
  }

  /** Zeros, ones, a small number or noise. */
  private byte[] bytes(int width) {
    byte[] bytes = new byte[width];
    switch (random.nextInt(5)) {
      case 0 -> {}
      case 1 -> Arrays.fill(bytes, (byte) -1);
      case 2 -> bytes[0] = (byte) random.nextInt(100);
      default -> random.nextBytes(bytes);
    }
    return bytes;
  }

  private BigDecimal decimal(FieldVector vector) {
    var type = (ArrowType.Decimal) vector.getField().getType();
    BigInteger limit = BigInteger.TEN.pow(1 + random.nextInt(type.getPrecision()));
    BigInteger unscaled = new BigInteger(limit.bitLength(), random).mod(limit);
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type.getScale());
  }

  private byte[] content(FieldVector vector) {
    return switch (vector.getField().getType()) {
      case ArrowType.Binary binary -> noise();
      case ArrowType.LargeBinary binary -> noise();
      case ArrowType.BinaryView binary -> noise();
      default -> {
        String word = WORDS[random.nextInt(WORDS.length)];
        String text = random.nextBoolean() ? word : word + random.nextInt(1000);
        yield text.getBytes(StandardCharsets.UTF_8);
      }
    };
  }

  private byte[] noise() {
    byte[] bytes = new byte[random.nextInt(30)];
    random.nextBytes(bytes);
    return bytes;
  }
}
