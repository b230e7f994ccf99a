package io.holdfast.script.operation;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Json;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** JSON that is the same for equal values: the keys of records are in order. */
public final class SortedJson {
  private SortedJson() {}

  /**
   * Writes a value.
   *
   * @param value the value
   * @return the text
   * @throws io.holdfast.script.JsonException if the value is nested too deeply
   */
  public static String write(Value value) {
    String unsorted = Json.write(value);
    // Without a record nothing is to be sorted. The depth is checked by now.
    return unsorted.indexOf('{') < 0 ? unsorted : Json.write(sorted(value));
  }

  private static Value sorted(Value value) {
    return switch (value) {
      case ArrayValue array -> {
        List<Value> elements = new ArrayList<>();
        array.forEach(element -> elements.add(sorted(element)));
        yield ArrayValue.of(elements);
      }
      case RecordValue fields -> {
        TreeMap<String, Value> ordered = new TreeMap<>();
        fields.forEach((key, field) -> ordered.put(key, sorted(field)));
        RecordValue.Builder builder = RecordValue.builder();
        ordered.forEach(builder::put);
        yield builder.build();
      }
      default -> value;
    };
  }
}
