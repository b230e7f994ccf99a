package io.holdfast.cli.canonical;

import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Types as text.
 *
 * @param dictionaries of the slot
 * @param logical whether a dictionary counts as its value type
 */
record CanonicalType(DictionaryProvider dictionaries, boolean logical) {

  String text(Field field) {
    if (field.getDictionary() == null) {
      return text(field.getType(), field.getChildren());
    }
    Dictionary dictionary = dictionaries.lookup(field.getDictionary().getId());
    Field values = dictionary.getVector().getField();
    String valueType = text(values.getType(), values.getChildren());
    if (logical) {
      return valueType;
    }
    return "dictionary<"
        + text(field.getDictionary().getIndexType(), List.of())
        + ","
        + valueType
        + ">";
  }

  private String child(Field field) {
    return text(field) + (field.isNullable() ? "?" : "");
  }

  private String named(Field field) {
    return field.getName() + ":" + child(field);
  }

  private String text(ArrowType type, List<Field> children) {
    return switch (type) {
      case ArrowType.Null none -> "null";
      case ArrowType.Bool bool -> "bool";
      case ArrowType.Int integer -> (integer.getIsSigned() ? "i" : "u") + integer.getBitWidth();
      case ArrowType.FloatingPoint floating ->
          switch (floating.getPrecision()) {
            case FloatingPointPrecision.HALF -> "f16";
            case FloatingPointPrecision.SINGLE -> "f32";
            case FloatingPointPrecision.DOUBLE -> "f64";
          };
      case ArrowType.Utf8 utf8 -> "utf8";
      case ArrowType.LargeUtf8 utf8 -> "large_utf8";
      case ArrowType.Binary binary -> "binary";
      case ArrowType.LargeBinary binary -> "large_binary";
      case ArrowType.Utf8View utf8 -> "utf8_view";
      case ArrowType.BinaryView binary -> "binary_view";
      case ArrowType.FixedSizeBinary binary -> "fixed_size_binary<" + binary.getByteWidth() + ">";
      case ArrowType.Decimal decimal ->
          "decimal"
              + decimal.getBitWidth()
              + "<"
              + decimal.getPrecision()
              + ","
              + decimal.getScale()
              + ">";
      case ArrowType.Date date ->
          switch (date.getUnit()) {
            case DAY -> "date32";
            case MILLISECOND -> "date64";
          };
      case ArrowType.Time time -> "time" + time.getBitWidth() + "<" + unit(time.getUnit()) + ">";
      case ArrowType.Interval interval ->
          "interval<" + interval.getUnit().name().toLowerCase(Locale.ROOT) + ">";
      case ArrowType.Timestamp time ->
          "timestamp<"
              + unit(time.getUnit())
              + (time.getTimezone() == null ? "" : "," + time.getTimezone())
              + ">";
      case ArrowType.Duration duration -> "duration<" + unit(duration.getUnit()) + ">";
      case ArrowType.List list -> "list<" + child(children.getFirst()) + ">";
      case ArrowType.LargeList list -> "large_list<" + child(children.getFirst()) + ">";
      case ArrowType.ListView list -> "list_view<" + child(children.getFirst()) + ">";
      case ArrowType.LargeListView list -> "large_list_view<" + child(children.getFirst()) + ">";
      case ArrowType.FixedSizeList list ->
          "fixed_size_list<" + child(children.getFirst()) + "," + list.getListSize() + ">";
      case ArrowType.Struct struct ->
          "struct<" + String.join(",", children.stream().map(this::named).toList()) + ">";
      case ArrowType.Map map -> {
        List<Field> entry = children.getFirst().getChildren();
        yield "map<" + child(entry.get(0)) + "," + child(entry.get(1)) + ">";
      }
      default -> type.toString();
    };
  }

  private static String unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> "s";
      case MILLISECOND -> "ms";
      case MICROSECOND -> "us";
      case NANOSECOND -> "ns";
    };
  }
}
