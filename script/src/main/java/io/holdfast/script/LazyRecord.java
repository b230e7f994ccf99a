package io.holdfast.script;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A record that is still the JSON text that it was read from. Its text is known to be valid; a
 * field becomes a value when somebody asks for it. Threads may make the same value twice, which
 * nobody can tell.
 */
final class LazyRecord extends TextRecord {
  private final byte[] utf8;
  private final int[] fields;
  private final int count;
  private final boolean isCompact;
  private final boolean isAscii;

  /** Made when the first value is asked for: most records are passed on as they are. */
  private @Nullable Value @Nullable [] values;

  /**
   * Takes over a text.
   *
   * @param utf8 the text, which nobody changes any more
   * @param fields what {@link JsonScan#PER_FIELD} says, for each field; there may be room behind
   * @param count how many fields there are
   * @param isCompact whether the text is as the record would be written
   * @param isAscii whether the text is all ASCII
   */
  LazyRecord(byte[] utf8, int[] fields, int count, boolean isCompact, boolean isAscii) {
    this.utf8 = utf8;
    this.fields = fields;
    this.isCompact = isCompact;
    this.isAscii = isAscii;
    this.count = count;
  }

  /** Returns the text, not to be changed. */
  byte[] utf8() {
    return utf8;
  }

  /** Returns whether the text is as the record would be written. */
  boolean isCompact() {
    return isCompact;
  }

  /** Returns whether a field's value is written as it stands in the text. */
  boolean isAsWritten(int field) {
    byte first = utf8[valueStart(field)];
    return isCompact || (first != '{' && first != '[');
  }

  /** Returns where a field's key begins, with its quote. */
  int keyStart(int field) {
    return fields[field * JsonScan.PER_FIELD] - 1;
  }

  /** Returns where a field's key ends, behind its quote. */
  int keyEnd(int field) {
    return fields[field * JsonScan.PER_FIELD + 1] + 1;
  }

  /** Returns where a field's value begins. */
  int valueStart(int field) {
    return fields[field * JsonScan.PER_FIELD + 2];
  }

  /** Returns where a field's value ends. */
  int valueEnd(int field) {
    return fields[field * JsonScan.PER_FIELD + 3];
  }

  @Override
  public @Nullable Value get(String key) {
    int field = find(key);
    return field < 0 ? null : value(field);
  }

  @Override
  public boolean has(String key) {
    return find(key) >= 0;
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public Iterable<String> keys() {
    List<String> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(key(i));
    }
    return keys;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super Value> visitor) {
    for (int i = 0; i < count; i++) {
      visitor.accept(key(i), value(i));
    }
  }

  @Override
  public Builder toBuilder() {
    return new Builder(new EditedRecord(this));
  }

  /** Returns the place of a field, or -1. */
  int find(String key) {
    int hash = key.hashCode();
    for (int i = 0; i < count; i++) {
      if (fields[i * JsonScan.PER_FIELD + JsonScan.HASH] == hash && isKey(i, key)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isKey(int field, String key) {
    int start = fields[field * JsonScan.PER_FIELD];
    int end = fields[field * JsonScan.PER_FIELD + 1];
    int length = key.length();
    // In ASCII keys of other lengths need no look at the text.
    if (isAscii ? length != end - start : length > end - start) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte b = utf8[start + i];
      if (b < 0) {
        return key(field).equals(key);
      }
      if (b != key.charAt(i)) {
        return false;
      }
    }
    return length == end - start;
  }

  String key(int field) {
    int start = fields[field * JsonScan.PER_FIELD];
    int end = fields[field * JsonScan.PER_FIELD + 1];
    return Keys.of(utf8, start, end);
  }

  Value value(int field) {
    @Nullable Value[] all = values;
    if (all == null) {
      all = new Value[count];
      values = all;
    }
    Value made = all[field];
    if (made == null) {
      int start = fields[field * JsonScan.PER_FIELD + 2];
      made = make(start, fields[field * JsonScan.PER_FIELD + 3] - start);
      all[field] = made;
    }
    return made;
  }

  private Value make(int start, int length) {
    return switch (utf8[start]) {
      case '"' -> Value.of(new String(utf8, start + 1, length - 2, StandardCharsets.UTF_8));
      case 't' -> Value.TRUE;
      case 'f' -> Value.FALSE;
      case 'n' -> Value.NULL;
      case '{', '[' -> new JsonReader(utf8, start, length).read();
      default -> number(start, length);
    };
  }

  private Value number(int start, int length) {
    boolean isNegative = utf8[start] == '-';
    // Below zero there is one integer more than above.
    long negated = 0;
    for (int i = isNegative ? start + 1 : start; i < start + length; i++) {
      if (utf8[i] == '.') {
        String text = new String(utf8, start, length, StandardCharsets.ISO_8859_1);
        return Value.of(Double.parseDouble(text));
      }
      negated = 10 * negated - (utf8[i] - '0');
    }
    return Value.of(isNegative ? negated : -negated);
  }
}
