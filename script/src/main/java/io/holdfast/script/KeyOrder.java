package io.holdfast.script;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a text that was scanned lately, all its records', in the order in which they stand
 * there. Texts that begin with the same key mostly go on with the same ones: a key that is where it
 * was expected is compared, not searched for its end and hashed. Immutable; those that are known
 * are for all threads, which may miss what others learn.
 */
final class KeyOrder {
  private static final int SLOTS = 1 << 8;

  /** So many keys of a text are expected, and none behind one that is longer. */
  private static final int MOST_KEYS = 64;

  private static final int LONGEST = 64;

  /** What differs all the time is not learned each time. */
  private static final int LEARNED_OF = 16;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final @Nullable KeyOrder[] KNOWN = new KeyOrder[SLOTS];
  private static int misses;

  private final int count;
  private final int[] hashes;

  /** Whether no other key has the same hash. */
  private final boolean[] once;

  /** The bytes of each key with its closing quote, which is how many that are. */
  private final int[] lengths;

  /** The same bytes in words, zeros behind the last one; and where those of a key begin. */
  private final long[] words;

  private final int[] firstWords;

  private KeyOrder(Learner learner) {
    count = learner.count;
    hashes = Arrays.copyOf(learner.hashes, count);
    lengths = Arrays.copyOf(learner.lengths, count);
    once = new boolean[count];
    for (int i = 0; i < count; i++) {
      once[i] = true;
      for (int j = 0; j < count; j++) {
        once[i] &= i == j || hashes[i] != hashes[j];
      }
    }
    firstWords = new int[count];
    int all = 0;
    for (int i = 0; i < count; i++) {
      firstWords[i] = all;
      all += words(lengths[i]);
    }
    words = new long[all];
    for (int i = 0; i < count; i++) {
      byte[] padded =
          Arrays.copyOf(
              Arrays.copyOfRange(learner.utf8, learner.starts[i], learner.starts[i] + lengths[i]),
              words(lengths[i]) * Long.BYTES);
      for (int word = 0; word < words(lengths[i]); word++) {
        words[firstWords[i] + word] = (long) EIGHT_BYTES.get(padded, word * Long.BYTES);
      }
    }
  }

  private static int words(int bytes) {
    return (bytes + Long.BYTES - 1) / Long.BYTES;
  }

  /** What is known of texts that begin as this one, a record. */
  static @Nullable KeyOrder of(byte[] utf8) {
    return KNOWN[slot(utf8)];
  }

  /** By the first bytes of the first key. */
  private static int slot(byte[] utf8) {
    int hash = 0;
    for (int i = 2; i < Math.min(utf8.length, 8) && utf8[i] != '"'; i++) {
      hash = 31 * hash + utf8[i];
    }
    return (hash ^ (hash >>> 8)) & (SLOTS - 1);
  }

  /**
   * Returns the place of the key that a text has, if it is the one that is expected, or the one
   * behind that; else -1.
   *
   * @param expected the place of the key that is expected
   * @param at where the key begins in the text, behind its quote
   */
  int find(int expected, byte[] utf8, int at) {
    for (int place = expected; place < Math.min(count, expected + 2); place++) {
      if (isAt(place, utf8, at)) {
        return place;
      }
    }
    return -1;
  }

  private boolean isAt(int place, byte[] utf8, int at) {
    int left = lengths[place];
    if (at + words(left) * Long.BYTES > utf8.length) {
      return false;
    }
    int word = firstWords[place];
    int from = at;
    for (; left > Long.BYTES; left -= Long.BYTES) {
      if ((long) EIGHT_BYTES.get(utf8, from) != words[word++]) {
        return false;
      }
      from += Long.BYTES;
    }
    long last = (long) EIGHT_BYTES.get(utf8, from) & (-1L >>> (Long.SIZE - Byte.SIZE * left));
    return last == words[word];
  }

  /** Returns how long a key is with its closing quote. */
  int length(int place) {
    return lengths[place];
  }

  /** Returns the hash of the string that an expected key is. */
  int hash(int place) {
    return hashes[place];
  }

  /** Returns whether an expected key stands in no other place, in no record. */
  boolean isOnce(int place) {
    return once[place];
  }

  /** Whether a text that had other keys than were expected is to be learned. */
  static boolean isToBeLearned() {
    return misses++ % LEARNED_OF == 0;
  }

  /** Takes the keys of one text. */
  static final class Learner {
    private final byte[] utf8;
    private final int[] starts = new int[MOST_KEYS];
    private final int[] lengths = new int[MOST_KEYS];
    private final int[] hashes = new int[MOST_KEYS];
    private int count;
    private boolean isFull;

    Learner(byte[] utf8) {
      this.utf8 = utf8;
    }

    /** The next key, without its quotes. */
    void add(int start, int end, int hash) {
      isFull |= count == MOST_KEYS || end - start >= LONGEST;
      for (int i = start; i < end; i++) {
        isFull |= utf8[i] < 0;
      }
      if (!isFull) {
        starts[count] = start;
        lengths[count] = end - start + 1;
        hashes[count++] = hash;
      }
    }

    /** From now on these are expected. */
    void learn() {
      KNOWN[slot(utf8)] = new KeyOrder(this);
    }
  }
}
