package io.holdfast.script;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A record that holds all its fields in a map, which nobody changes any more. */
final class MapRecord implements RecordValue {
  static final MapRecord EMPTY = new MapRecord(Map.of());

  private final Map<String, Value> fields;

  MapRecord(Map<String, Value> fields) {
    this.fields = fields;
  }

  /** Returns another record with all its fields made. */
  static MapRecord copyOf(RecordValue other) {
    Map<String, Value> fields = new LinkedHashMap<>();
    other.forEach(fields::put);
    return new MapRecord(fields);
  }

  /** Returns the fields, which nobody may change. */
  Iterable<Map.Entry<String, Value>> entries() {
    return fields.entrySet();
  }

  @Override
  public @Nullable Value get(String key) {
    return fields.get(key);
  }

  @Override
  public int size() {
    return fields.size();
  }

  @Override
  public Iterable<String> keys() {
    return Collections.unmodifiableSet(fields.keySet());
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super Value> visitor) {
    fields.forEach(visitor);
  }

  @Override
  public boolean equals(Object other) {
    return switch (other) {
      case MapRecord that -> fields.equals(that.fields);
      case TextRecord that -> fields.equals(that.whole().fields);
      case null, default -> false;
    };
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return Json.write(this);
  }
}
