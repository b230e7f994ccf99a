package io.holdfast.cli.canonical;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.HexFormat;
import java.util.function.Function;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/**
 * Values as JSON.
 *
 * @param dictionaries of the slot
 */
record CanonicalValue(DictionaryProvider dictionaries) {
  private static final long EXACT = 1L << 53;

  void append(StringBuilder out, FieldVector vector, int row) {
    if (vector.isNull(row)) {
      out.append("null");
      return;
    }
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null && vector instanceof BaseIntVector keys) {
      append(
          out,
          dictionaries.lookup(encoding.getId()).getVector(),
          Math.toIntExact(keys.getValueAsLong(row)));
      return;
    }
    switch (vector) {
      case BitVector bits -> out.append(bits.get(row) == 1);
      case UInt8Vector unsigned -> unsigned(out, unsigned.get(row));
      case BaseIntVector integers -> signed(out, integers.getValueAsLong(row));
      case Float2Vector floats -> single(out, floats.getValueAsFloat(row));
      case Float4Vector floats -> single(out, floats.get(row));
      case Float8Vector doubles ->
          number(out, doubles.get(row), Double.toString(doubles.get(row)), Double::parseDouble);
      case VarCharVector text -> string(out, String.valueOf(text.getObject(row)));
      case LargeVarCharVector text -> string(out, String.valueOf(text.getObject(row)));
      case VarBinaryVector binary -> hex(out, binary.get(row));
      case LargeVarBinaryVector binary -> hex(out, binary.get(row));
      case ViewVarCharVector text -> string(out, String.valueOf(text.getObject(row)));
      case ViewVarBinaryVector binary -> hex(out, binary.get(row));
      case FixedSizeBinaryVector binary -> hex(out, binary.get(row));
      case DecimalVector decimals -> string(out, decimals.getObjectNotNull(row).toPlainString());
      case Decimal256Vector decimals -> string(out, decimals.getObjectNotNull(row).toPlainString());
      case DateDayVector days -> signed(out, days.get(row));
      case DateMilliVector millis -> signed(out, millis.get(row));
      case TimeSecVector time -> signed(out, time.get(row));
      case TimeMilliVector time -> signed(out, time.get(row));
      case TimeMicroVector time -> signed(out, time.get(row));
      case TimeNanoVector time -> signed(out, time.get(row));
      case IntervalYearVector months -> signed(out, months.get(row));
      case IntervalDayVector spans ->
          numbers(
              out,
              IntervalDayVector.getDays(spans.getDataBuffer(), row),
              IntervalDayVector.getMilliseconds(spans.getDataBuffer(), row));
      case IntervalMonthDayNanoVector spans ->
          numbers(
              out,
              IntervalMonthDayNanoVector.getMonths(spans.getDataBuffer(), row),
              IntervalMonthDayNanoVector.getDays(spans.getDataBuffer(), row),
              IntervalMonthDayNanoVector.getNanoseconds(spans.getDataBuffer(), row));
      case TimeStampVector times -> signed(out, times.get(row));
      case DurationVector durations ->
          signed(out, DurationVector.get(durations.getDataBuffer(), row));
      case MapVector map -> map(out, map, row);
      case ListVector list ->
          items(
              out,
              list.getDataVector(),
              list.getElementStartIndex(row),
              list.getElementEndIndex(row));
      case LargeListVector list ->
          items(
              out,
              list.getDataVector(),
              list.getElementStartIndex(row),
              list.getElementEndIndex(row));
      case FixedSizeListVector list ->
          items(
              out,
              list.getDataVector(),
              list.getElementStartIndex(row),
              list.getElementEndIndex(row));
      case ListViewVector list ->
          items(
              out,
              list.getDataVector(),
              list.getElementStartIndex(row),
              list.getElementEndIndex(row));
      case LargeListViewVector list -> {
        long start = list.getOffsetBuffer().getLong((long) row * Long.BYTES);
        long size = list.getSizeBuffer().getLong((long) row * Long.BYTES);
        items(out, list.getDataVector(), start, start + size);
      }
      case StructVector struct -> struct(out, struct, row);
      default -> string(out, String.valueOf(vector.getObject(row)));
    }
  }

  private void items(StringBuilder out, FieldVector values, long start, long end) {
    out.append('[');
    for (long i = start; i < end; i++) {
      out.append(i > start ? "," : "");
      append(out, values, Math.toIntExact(i));
    }
    out.append(']');
  }

  private void struct(StringBuilder out, StructVector struct, int row) {
    out.append('{');
    boolean first = true;
    for (FieldVector child : struct.getChildrenFromFields()) {
      out.append(first ? "" : ",");
      string(out, child.getName());
      out.append(':');
      append(out, child, row);
      first = false;
    }
    out.append('}');
  }

  private void map(StringBuilder out, MapVector map, int row) {
    StructVector entries = (StructVector) map.getDataVector();
    FieldVector keys = entries.getChildrenFromFields().get(0);
    FieldVector values = entries.getChildrenFromFields().get(1);
    out.append('[');
    int start = map.getElementStartIndex(row);
    for (int i = start; i < map.getElementEndIndex(row); i++) {
      out.append(i > start ? ",[" : "[");
      append(out, keys, i);
      out.append(',');
      append(out, values, i);
      out.append(']');
    }
    out.append(']');
  }

  private static void signed(StringBuilder out, long value) {
    if (value > EXACT || value < -EXACT) {
      out.append('"').append(value).append('"');
    } else {
      out.append(value);
    }
  }

  private static void unsigned(StringBuilder out, long value) {
    if (value < 0 || value > EXACT) {
      out.append('"').append(Long.toUnsignedString(value)).append('"');
    } else {
      out.append(value);
    }
  }

  private static void numbers(StringBuilder out, long... values) {
    out.append('[');
    for (int i = 0; i < values.length; i++) {
      out.append(i > 0 ? "," : "");
      signed(out, values[i]);
    }
    out.append(']');
  }

  private static void hex(StringBuilder out, byte[] bytes) {
    out.append('"').append(HexFormat.of().formatHex(bytes)).append('"');
  }

  private static void single(StringBuilder out, float value) {
    number(out, value, Float.toString(value), text -> (double) Float.parseFloat(text));
  }

  /** As ECMAScript prints a number, RFC 8785. */
  private static void number(
      StringBuilder out, double value, String javaText, Function<String, Double> parse) {
    if (Double.isNaN(value)) {
      out.append("\"NaN\"");
    } else if (Double.isInfinite(value)) {
      out.append(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    } else if (value == 0) {
      out.append(1 / value < 0 ? "\"-0\"" : "0");
    } else {
      BigDecimal shortest = shortest(new BigDecimal(javaText).stripTrailingZeros(), value, parse);
      out.append(value < 0 ? "-" : "");
      ecmaScript(out, shortest.abs());
    }
  }

  /** Java prints two digits at least, so where one is enough it may have chosen others. */
  private static BigDecimal shortest(
      BigDecimal decimal, double value, Function<String, Double> parse) {
    if (decimal.precision() == 2) {
      for (var rounding :
          new RoundingMode[] {RoundingMode.HALF_EVEN, RoundingMode.DOWN, RoundingMode.UP}) {
        BigDecimal one = decimal.round(new MathContext(1, rounding)).stripTrailingZeros();
        if (parse.apply(one.toString()) == value) {
          return one;
        }
      }
    }
    return decimal;
  }

  private static void ecmaScript(StringBuilder out, BigDecimal value) {
    String digits = value.unscaledValue().toString();
    int count = digits.length();
    // The decimal point stands behind this many digits.
    int point = count - value.scale();
    if (count <= point && point <= 21) {
      out.append(digits).repeat('0', point - count);
    } else if (0 < point && point <= 21) {
      out.append(digits, 0, point).append('.').append(digits, point, count);
    } else if (-6 < point && point <= 0) {
      out.append("0.").repeat('0', -point).append(digits);
    } else {
      out.append(digits.charAt(0)).append(count > 1 ? "." : "").append(digits, 1, count);
      out.append('e').append(point > 0 ? '+' : '-').append(Math.abs(point - 1));
    }
  }

  /** A JSON string with no more escapes than JSON needs. */
  static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
