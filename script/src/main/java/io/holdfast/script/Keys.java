package io.holdfast.script;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The keys of records that were read lately. Events have the same keys again and again: one string
 * for each spares making it, and its hash. Safe for use by many threads, which may miss what others
 * put in.
 */
final class Keys {
  private static final int SLOTS = 1 << 11;
  private static final int LONGEST = 64;

  private static final @Nullable String[] KNOWN = new String[SLOTS];

  private Keys() {}

  /** Returns the key that some valid UTF-8 is. */
  static String of(byte[] utf8, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      if (utf8[i] < 0) {
        return new String(utf8, start, end - start, StandardCharsets.UTF_8);
      }
      hash = 31 * hash + utf8[i];
    }
    int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    String known = KNOWN[slot];
    if (known != null && isSame(known, utf8, start, end)) {
      return known;
    }
    String key = new String(utf8, start, end - start, StandardCharsets.ISO_8859_1);
    if (key.length() <= LONGEST) {
      KNOWN[slot] = key;
    }
    return key;
  }

  private static boolean isSame(String key, byte[] utf8, int start, int end) {
    if (key.length() != end - start) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (key.charAt(i - start) != utf8[i]) {
        return false;
      }
    }
    return true;
  }
}
