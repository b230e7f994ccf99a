package io.holdfast.pipeline.config;

import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings of one map. Each getter names a key that is known; what is missing or of
 * another kind becomes an error, and the getter gives a stand-in, so that reading goes on. {@link
 * #finish} reports the keys that nobody asked for. Belongs to one thread.
 */
public final class Section {
  private final ConfigNode.Mapping map;
  private final String name;
  private final ConfigErrors errors;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * A reader of a map.
   *
   * @param map what was written
   * @param name what it configures, as messages name it: {@code sink 'ws'}
   * @param errors gets what is wrong
   */
  public Section(ConfigNode.Mapping map, String name, ConfigErrors errors) {
    this.map = map;
    this.name = name;
    this.errors = errors;
  }

  /** Where the map begins. */
  public Location location() {
    return map.location();
  }

  /** Where errors are collected. */
  public ConfigErrors errors() {
    return errors;
  }

  /** Whether the key was written. Makes it a known one. */
  public boolean has(String key) {
    return find(key) != null;
  }

  /** Where the value of a key begins, or the map where there is none. */
  public Location locationOf(String key) {
    ConfigNode node = map.get(key);
    return node == null ? map.location() : node.location();
  }

  /** A string that must be there; empty after an error. */
  public String text(String key) {
    ConfigNode node = required(key);
    return node == null ? "" : textOf(node, key, "");
  }

  /** A string that may be left out. */
  public String text(String key, String otherwise) {
    ConfigNode node = find(key);
    return node == null ? otherwise : textOf(node, key, otherwise);
  }

  /** A string that may be left out, null when it is. */
  public @Nullable String textOrNull(String key) {
    ConfigNode node = find(key);
    return node == null ? null : textOf(node, key, "");
  }

  /** One of several words, which may be left out. */
  public String choice(String key, List<String> words, String otherwise) {
    ConfigNode node = find(key);
    if (node == null) {
      return otherwise;
    }
    String word = textOf(node, key, otherwise);
    if (!words.contains(word)) {
      errors.add(
          node.location(),
          "'" + key + "' of " + name + " is '" + word + "'; " + DidYouMean.hint(word, words));
      return otherwise;
    }
    return word;
  }

  /** An integer within bounds that must be there; {@code least} after an error. */
  public long integer(String key, long least, long most) {
    ConfigNode node = required(key);
    return node == null ? least : integerOf(node, key, least, most, least);
  }

  /** An integer within bounds that may be left out. */
  public long integer(String key, long least, long most, long otherwise) {
    ConfigNode node = find(key);
    return node == null ? otherwise : integerOf(node, key, least, most, otherwise);
  }

  /** An integer within bounds that may be left out, empty when it is. */
  public OptionalLong integerIfSet(String key, long least, long most) {
    ConfigNode node = find(key);
    return node == null
        ? OptionalLong.empty()
        : OptionalLong.of(integerOf(node, key, least, most, least));
  }

  /** A number within bounds that must be there; {@code least} after an error. */
  public double number(String key, double least, double most) {
    ConfigNode node = required(key);
    return node == null ? least : numberOf(node, key, least, most, least);
  }

  /** A number within bounds that may be left out. */
  public double number(String key, double least, double most, double otherwise) {
    ConfigNode node = find(key);
    return node == null ? otherwise : numberOf(node, key, least, most, otherwise);
  }

  /** The integers of a list that may be left out, each within bounds. */
  public List<Long> integers(String key, long least, long most, List<Long> otherwise) {
    ConfigNode node = find(key);
    if (node == null) {
      return otherwise;
    }
    if (!(node instanceof ConfigNode.Sequence list)) {
      wrongKind(node, key, "a list of integers");
      return otherwise;
    }
    List<Long> integers = new ArrayList<>();
    for (ConfigNode item : list.items()) {
      integers.add(integerOf(item, key, least, most, least));
    }
    return integers;
  }

  /** A boolean that may be left out. */
  public boolean flag(String key, boolean otherwise) {
    ConfigNode node = find(key);
    if (node == null) {
      return otherwise;
    }
    if (node instanceof ConfigNode.Scalar(var _, Value.Bool(boolean value))) {
      return value;
    }
    wrongKind(node, key, "true or false");
    return otherwise;
  }

  /** The strings of a list that may be left out. */
  public List<String> texts(String key) {
    ConfigNode node = find(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof ConfigNode.Sequence list)) {
      wrongKind(node, key, "a list of strings");
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (ConfigNode item : list.items()) {
      texts.add(textOf(item, key, ""));
    }
    return texts;
  }

  /** A map within this one; an empty one when it is left out. */
  public Section section(String key, String sectionName) {
    ConfigNode node = find(key);
    if (node instanceof ConfigNode.Mapping inner) {
      return new Section(inner, sectionName, errors);
    }
    if (node != null) {
      wrongKind(node, key, "a map");
    }
    return new Section(ConfigNode.Mapping.empty(map.location()), sectionName, errors);
  }

  /** What stands under a key as it is, null when it is left out. */
  public @Nullable ConfigNode node(String key) {
    return find(key);
  }

  /** Reports every key that no getter has asked for. Call it last. */
  public void finish() {
    for (ConfigNode.Entry entry : map.entries()) {
      if (!known.contains(entry.key())) {
        errors.add(
            entry.keyLocation(),
            "unknown key '"
                + entry.key()
                + "' of "
                + name
                + "; "
                + DidYouMean.hint(entry.key(), known));
      }
    }
  }

  private @Nullable ConfigNode find(String key) {
    known.add(key);
    ConfigNode node = map.get(key);
    if (node instanceof ConfigNode.Scalar(var _, Value.Null _)) {
      return null;
    }
    return node;
  }

  private @Nullable ConfigNode required(String key) {
    ConfigNode node = find(key);
    if (node == null) {
      errors.add(map.location(), name + " needs '" + key + "'");
    }
    return node;
  }

  private String textOf(ConfigNode node, String key, String otherwise) {
    if (node instanceof ConfigNode.Scalar(var _, Value.Text(String text))) {
      return text;
    }
    wrongKind(node, key, "a string");
    return otherwise;
  }

  private long integerOf(ConfigNode node, String key, long least, long most, long otherwise) {
    if (!(node instanceof ConfigNode.Scalar(var _, Value.Int(long number)))) {
      wrongKind(node, key, "an integer");
      return otherwise;
    }
    if (number < least || number > most) {
      errors.add(
          node.location(),
          "'" + key + "' of " + name + " is " + number + ", but must be " + range(least, most));
      return otherwise;
    }
    return number;
  }

  private double numberOf(
      ConfigNode node, String key, double least, double most, double otherwise) {
    double number;
    if (node instanceof ConfigNode.Scalar(var _, Value.Int(long integer))) {
      number = integer;
    } else if (node instanceof ConfigNode.Scalar(var _, Value.Real(double written))) {
      number = written;
    } else {
      wrongKind(node, key, "a number");
      return otherwise;
    }
    if (!(number >= least && number <= most)) {
      errors.add(
          node.location(),
          "'" + key + "' of " + name + " is " + number + ", but must be " + least + " to " + most);
      return otherwise;
    }
    return number;
  }

  private static String range(long least, long most) {
    return most == Long.MAX_VALUE ? least + " or more" : least + " to " + most;
  }

  private void wrongKind(ConfigNode node, String key, String wanted) {
    errors.add(
        node.location(),
        "'" + key + "' of " + name + " must be " + wanted + ", not " + node.kind());
  }
}
