package io.holdfast.connectors.codec;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;

/** One row of comma-separated values as of RFC 4180: an array, of strings when it is read. */
final class CsvCodec implements Codec {
  private static final char QUOTE = '"';

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public byte[] encode(Value value) {
    if (!(value instanceof ArrayValue fields) || fields.size() == 0) {
      throw new CodecException("a row must be an array with elements, not " + value.type());
    }
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      String field = text(fields.get(i));
      // A row of one empty field without quotes would be an empty line.
      boolean quoted =
          field.chars().anyMatch(c -> c == ',' || c == QUOTE || c == '\n' || c == '\r')
              || (field.isEmpty() && fields.size() == 1);
      row.append(i == 0 ? "" : ",");
      row.append(quoted ? QUOTE + field.replace("\"", "\"\"") + QUOTE : field);
    }
    return Utf8.bytes(row);
  }

  private static String text(Value field) {
    return switch (field) {
      case Value.Text(String text) -> text;
      case Value.Null() -> "";
      case Value.Bool(boolean bool) -> Boolean.toString(bool);
      case Value.Int _, Value.Unsigned _, Value.Real _ -> Utf8.text(Codecs.JSON.encode(field));
      default -> throw new CodecException("a field of a row must be a string, not " + field.type());
    };
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    String row = Utf8.text(bytes);
    List<Value> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < row.length(); i++) {
      char c = row.charAt(i);
      if (c == QUOTE && quoted) {
        quoted = i + 1 < row.length() && row.charAt(i + 1) == QUOTE;
        if (quoted) {
          field.append(c);
          i++;
        }
      } else if (c == QUOTE && isBegin(row, i)) {
        quoted = true;
      } else if (c == ',' && !quoted) {
        fields.add(Value.of(field.toString()));
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw new CodecException("a quote of the row is not closed");
    }
    fields.add(Value.of(field.toString()));
    return ArrayValue.of(fields);
  }

  private static boolean isBegin(String row, int at) {
    return at == 0 || row.charAt(at - 1) == ',';
  }
}
