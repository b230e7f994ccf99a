package io.holdfast.pipeline.config;

import io.holdfast.script.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of configuration and where it was written. Immutable. */
public sealed interface ConfigNode {

  /** Where it begins. */
  Location location();

  /** What it is, as a message names it: {@code a map}, {@code an integer}. */
  String kind();

  /**
   * One value.
   *
   * @param location where it begins
   * @param value null, a boolean, a number or a string
   */
  record Scalar(Location location, Value value) implements ConfigNode {
    @Override
    public String kind() {
      return switch (value.type()) {
        case "null" -> "nothing";
        case "integer" -> "an integer";
        default -> "a " + value.type();
      };
    }
  }

  /**
   * A list.
   *
   * @param location where it begins
   * @param items its elements in order
   */
  record Sequence(Location location, List<ConfigNode> items) implements ConfigNode {
    /** Copies the list. */
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A map.
   *
   * @param location where it begins
   * @param entries in the order in which they were written; the reader of the dialect has refused
   *     keys that occur twice
   */
  record Mapping(Location location, List<Entry> entries) implements ConfigNode {
    /** Copies the list. */
    public Mapping {
      entries = List.copyOf(entries);
    }

    /** A map without entries. */
    public static Mapping empty(Location location) {
      return new Mapping(location, List.of());
    }

    /** The value under a key, null when there is none. */
    public @Nullable ConfigNode get(String key) {
      for (Entry entry : entries) {
        if (entry.key().equals(key)) {
          return entry.value();
        }
      }
      return null;
    }

    @Override
    public String kind() {
      return "a map";
    }
  }

  /**
   * A key and its value.
   *
   * @param keyLocation where the key begins
   * @param key the key
   * @param value what stands under it
   */
  record Entry(Location keyLocation, String key, ConfigNode value) {}
}
