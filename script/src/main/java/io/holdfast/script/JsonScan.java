package io.holdfast.script;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks over a JSON text without building values. It knows the plain texts that events mostly are:
 * a record whose strings have no escapes and whose numbers look as they are written. Whatever else
 * a text holds, what is wrong with it included, is left to {@link JsonReader}. For one text.
 */
final class JsonScan {
  /**
   * How many ints of {@link #fields} belong to one field: where its key and its value begin and
   * end, without quotes of the key, and the hash of the key's string.
   */
  static final int PER_FIELD = 5;

  /** Which of these ints is the hash. */
  static final int HASH = 4;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_KEYS = 256;

  private static final String LARGEST_INTEGER = "9223372036854775807";

  /** A decimal number of no more digits is written as it was read. */
  private static final int MAX_FLOAT_DIGITS = 15;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long SPACES = ' ' * ONES;
  private static final long QUOTES = '"' * ONES;
  private static final long ESCAPES = '\\' * ONES;

  private final byte[] utf8;
  private final int end;

  /** One of the two at most. */
  private final @Nullable KeyOrder expected;

  private final KeyOrder.@Nullable Learner learner;

  /** The place of the key that is expected next, and whether all were as expected. */
  private int place;

  private boolean isAsExpected = true;

  private int[] keys;
  private int keyCount;

  /** A bit for each hash of a key of the object that is looked at: most keys are new by that. */
  private long seen;

  private int[] fields;
  private int fieldInts;
  private int at;
  private boolean isCompact = true;
  private boolean isAscii = true;

  private JsonScan(byte[] utf8, @Nullable KeyOrder expected, KeyOrder.@Nullable Learner learner) {
    this.utf8 = utf8;
    this.end = utf8.length;
    // A field has three signs, a key and a value: a short text has not many.
    int few = Math.min(16, 1 + utf8.length / 8);
    this.keys = new int[few];
    this.fields = new int[few * PER_FIELD];
    this.expected = expected;
    this.learner = learner;
  }

  /** Returns the record that a text is, or null if it is not plain. The bytes are copied. */
  static @Nullable LazyRecord record(byte[] utf8, int begin, int end) {
    if (begin == end || utf8[begin] != '{') {
      return null;
    }
    byte[] own = Arrays.copyOfRange(utf8, begin, end);
    JsonScan scan = new JsonScan(own, KeyOrder.of(own), null);
    if (!scan.object(0) || scan.at != own.length || scan.fieldInts == 0) {
      return null;
    }
    if (!scan.isAsExpected && KeyOrder.isToBeLearned()) {
      learn(own);
    }
    if (!scan.isAscii && Utf8.firstInvalid(own, 0, own.length) >= 0) {
      return null;
    }
    int count = scan.fieldInts / PER_FIELD;
    return new LazyRecord(own, scan.fields, count, scan.isCompact, scan.isAscii);
  }

  private static void learn(byte[] plain) {
    KeyOrder.Learner learner = new KeyOrder.Learner(plain);
    boolean _ = new JsonScan(plain, null, learner).object(0);
    learner.learn();
  }

  private byte peek() {
    return at < end ? utf8[at] : 0;
  }

  /** The first byte from here on that is no white space, where this goes to; 0 at the end. */
  private byte next() {
    if (at < end) {
      byte b = utf8[at];
      if (b > ' ') {
        return b;
      }
    }
    return skipSpace();
  }

  private byte skipSpace() {
    while (at < end
        && (utf8[at] == ' ' || utf8[at] == '\t' || utf8[at] == '\n' || utf8[at] == '\r')) {
      at++;
      isCompact = false;
    }
    return peek();
  }

  private boolean object(int depth) {
    int firstKey = keyCount;
    long seenAround = seen;
    seen = 0;
    at++;
    byte next = next();
    if (next == '}') {
      at++;
      seen = seenAround;
      return depth < MAX_DEPTH;
    }
    while (true) {
      int keyStart = at + 1;
      if (next != '"' || !key(firstKey)) {
        return false;
      }
      int keyEnd = at - 1;
      int hash = keys[keyCount - 1];
      if (next() != ':') {
        return false;
      }
      at++;
      next = next();
      int valueStart = at;
      if (!value(next, depth + 1)) {
        return false;
      }
      int valueEnd = at;
      next = next();
      at++;
      if (next != '}' && next != ',') {
        return false;
      }
      if (depth == 0) {
        addField(keyStart, keyEnd, valueStart, valueEnd, hash);
      }
      if (next == '}') {
        keyCount = firstKey;
        seen = seenAround;
        return true;
      }
      next = next();
    }
  }

  /** From its first quote on; whether it is whole, and new in its record. */
  private boolean key(int firstKey) {
    int start = at + 1;
    int found = expected == null ? -1 : expected.find(place, utf8, start);
    if (found >= 0 && expected != null) {
      at = start + expected.length(found);
      place = found + 1;
      int hash = expected.hash(found);
      // As long as all are as expected each has a place of its own there.
      if (isAsExpected && expected.isOnce(found)) {
        return addKey(hash);
      }
      return isNewKey(hash, firstKey);
    }
    isAsExpected = false;
    if (!string()) {
      return false;
    }
    int hash = hash(start, at - 1);
    if (learner != null) {
      learner.add(start, at - 1, hash);
    }
    return isNewKey(hash, firstKey);
  }

  /** Of a key that comes twice the last value counts; that is for others to see to. */
  private boolean isNewKey(int hash, int firstKey) {
    if ((seen & (1L << hash)) != 0) {
      for (int i = firstKey; i < keyCount; i++) {
        if (keys[i] == hash) {
          return false;
        }
      }
    }
    return addKey(hash);
  }

  private boolean addKey(int hash) {
    seen |= 1L << hash;
    if (keyCount == MAX_KEYS) {
      return false;
    }
    if (keyCount == keys.length) {
      keys = Arrays.copyOf(keys, 2 * keyCount);
    }
    keys[keyCount++] = hash;
    return true;
  }

  /** The hash of the string that a key is. */
  private int hash(int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      if (utf8[i] < 0) {
        return new String(utf8, from, to - from, StandardCharsets.UTF_8).hashCode();
      }
      hash = 31 * hash + utf8[i];
    }
    return hash;
  }

  private void addField(int keyStart, int keyEnd, int valueStart, int valueEnd, int hash) {
    if (fieldInts == fields.length) {
      fields = Arrays.copyOf(fields, 2 * fields.length);
    }
    int field = fieldInts;
    fields[field] = keyStart;
    fields[field + 1] = keyEnd;
    fields[field + 2] = valueStart;
    fields[field + 3] = valueEnd;
    fields[field + HASH] = hash;
    fieldInts = field + PER_FIELD;
  }

  private boolean value(byte first, int depth) {
    return depth < MAX_DEPTH
        && switch (first) {
          case '"' -> string();
          case '{' -> object(depth);
          case '[' -> array(depth);
          case 't' -> word("true");
          case 'f' -> word("false");
          case 'n' -> word("null");
          default -> number();
        };
  }

  private boolean array(int depth) {
    at++;
    byte next = next();
    if (next == ']') {
      at++;
      return true;
    }
    while (true) {
      if (!value(next, depth + 1)) {
        return false;
      }
      next = next();
      at++;
      if (next == ']') {
        return true;
      }
      if (next != ',') {
        return false;
      }
      next = next();
    }
  }

  /** From its first quote on. */
  private boolean string() {
    int from = at + 1;
    while (from + Long.BYTES <= end) {
      long eight = (long) EIGHT_BYTES.get(utf8, from);
      long quotes = zeros(eight ^ QUOTES);
      long escapes = zeros(eight ^ ESCAPES);
      // Of bytes that are below a space the borrow shows in the highest bit.
      long controls = (eight - SPACES) & ~eight & HIGH_BITS;
      if ((eight & HIGH_BITS) != 0) {
        isAscii = false;
      }
      long stops = quotes | escapes | controls;
      if (stops != 0) {
        // A borrow marks bytes behind a stop at most, so the first mark is right.
        int stop = from + Long.numberOfTrailingZeros(stops) / Byte.SIZE;
        at = stop + 1;
        return utf8[stop] == '"';
      }
      from += Long.BYTES;
    }
    at = from;
    return shortString();
  }

  /** The rest of a string that stands close to the end of the text. */
  private boolean shortString() {
    for (; at < end; at++) {
      byte b = utf8[at];
      if (b == '"') {
        at++;
        return true;
      }
      if ((b < ' ' && b >= 0) || b == '\\') {
        return false;
      }
      if (b < 0) {
        isAscii = false;
      }
    }
    return false;
  }

  /** Not zero if one of the eight bytes is. */
  private static long zeros(long eight) {
    return (eight - ONES) & ~eight & HIGH_BITS;
  }

  private boolean word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        return false;
      }
      at++;
    }
    return true;
  }

  private int digits() {
    int start = at;
    while (at < end && utf8[at] >= '0' && utf8[at] <= '9') {
      at++;
    }
    return at - start;
  }

  private boolean fits(int start, int digits) {
    int difference = digits - LARGEST_INTEGER.length();
    for (int i = 0; difference == 0 && i < digits; i++) {
      difference = utf8[start + i] - LARGEST_INTEGER.charAt(i);
      if (difference < 0) {
        return true;
      }
    }
    return difference <= 0;
  }

  private boolean number() {
    boolean isNegative = peek() == '-';
    if (isNegative) {
      at++;
    }
    boolean isZero = peek() == '0';
    int start = at;
    int whole = digits();
    if (whole == 0 || (isZero && whole > 1)) {
      return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      return false;
    }
    if (peek() != '.') {
      return fits(start, whole) && !(isNegative && isZero);
    }
    at++;
    boolean isSmall = isZero && peek() == '0';
    int fraction = digits();
    boolean hasNeedlessZero = fraction > 1 && utf8[at - 1] == '0';
    boolean isTiny = isSmall && fraction > 1;
    return fraction > 0
        && !hasNeedlessZero
        && !isTiny
        && whole + fraction <= MAX_FLOAT_DIGITS
        && peek() != 'e'
        && peek() != 'E';
  }
}
