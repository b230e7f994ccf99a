package io.holdfast.script;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A record: values by their string keys, in the order in which the keys were put in. Immutable.
 *
 * <p>Two records are equal when they hold equal values under the same keys, whatever the order.
 * What stands behind the interface is not for callers to know: a map, or a text whose fields become
 * values when they are asked for.
 */
public sealed interface RecordValue extends Value permits MapRecord, TextRecord {
  /**
   * Returns the record without fields.
   *
   * @return the empty record
   */
  static RecordValue empty() {
    return MapRecord.EMPTY;
  }

  /**
   * Returns the value under a key.
   *
   * @param key the key
   * @return the value, or null if there is no such key
   */
  @Nullable Value get(String key);

  /**
   * Returns whether there is a value (a JSON null counts) under a key.
   *
   * @param key the key
   * @return whether the key exists
   */
  default boolean has(String key) {
    return get(key) != null;
  }

  /**
   * Returns how many fields there are.
   *
   * @return the number of fields
   */
  int size();

  /**
   * Returns the keys in their order.
   *
   * @return the keys; iterating them does not copy
   */
  Iterable<String> keys();

  /**
   * Calls back for each field in order.
   *
   * @param visitor gets the key and the value
   */
  void forEach(BiConsumer<? super String, ? super Value> visitor);

  /**
   * Returns this record with one field set: in its place if the key exists, else at the end.
   *
   * @param key the key
   * @param value the value
   * @return a new record; this one stays as it is
   */
  default RecordValue with(String key, Value value) {
    return toBuilder().put(key, value).build();
  }

  /**
   * Returns this record without one field.
   *
   * @param key the key
   * @return a new record, or this one if it has no such key
   */
  default RecordValue without(String key) {
    return has(key) ? toBuilder().remove(key).build() : this;
  }

  /**
   * Returns a builder that holds the fields of this record.
   *
   * @return a new builder
   */
  default Builder toBuilder() {
    Builder builder = new Builder();
    forEach(builder::put);
    return builder;
  }

  /**
   * Returns a builder without fields.
   *
   * @return a new builder
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Returns a record with one field.
   *
   * @param key the key
   * @param value the value
   * @return the record
   */
  static RecordValue of(String key, Value value) {
    return builder().put(key, value).build();
  }

  @Override
  default String type() {
    return "record";
  }

  /** Collects the fields of a new record. Belongs to one thread. */
  final class Builder {
    /** One of the two until the record is built: of a text only what is changed is kept. */
    private @Nullable Map<String, Value> fields;

    private @Nullable EditedRecord edited;

    private Builder() {
      this.fields = new LinkedHashMap<>();
    }

    Builder(EditedRecord edited) {
      this.edited = edited;
    }

    /**
     * Sets a field: in its place if the key exists, else at the end.
     *
     * @param key the key
     * @param value the value
     * @return this builder
     */
    public Builder put(String key, Value value) {
      if (edited != null) {
        edited.put(key, value);
      } else {
        open().put(key, value);
      }
      return this;
    }

    /**
     * Removes a field, if there is one.
     *
     * @param key the key
     * @return this builder
     */
    public Builder remove(String key) {
      if (edited != null) {
        edited.remove(key);
      } else {
        open().remove(key);
      }
      return this;
    }

    /**
     * Returns the value that is set under a key.
     *
     * @param key the key
     * @return the value, or null if there is none
     */
    public @Nullable Value get(String key) {
      return edited != null ? edited.get(key) : open().get(key);
    }

    /**
     * Returns the record and closes this builder.
     *
     * @return the record
     */
    public RecordValue build() {
      RecordValue built = edited;
      if (built == null) {
        built = new MapRecord(open());
      }
      fields = null;
      edited = null;
      return built.size() == 0 ? MapRecord.EMPTY : built;
    }

    private Map<String, Value> open() {
      if (fields == null) {
        throw new IllegalStateException("the record is already built");
      }
      return fields;
    }
  }
}
