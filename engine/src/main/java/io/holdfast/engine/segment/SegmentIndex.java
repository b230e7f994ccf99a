package io.holdfast.engine.segment;

import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bundles of one segment, ascending by their keys. What it says does not change; threads may
 * share it.
 */
abstract class SegmentIndex {
  /** So many heads of streams are kept, and none that is longer. */
  private static final int HEADS = 64;

  private static final int LONGEST_HEAD = 16 << 10;

  private final long[] keys;
  private final List<String> problems;
  private final Map<SlotParts.Part, byte[]> heads = new ConcurrentHashMap<>();

  /**
   * An index.
   *
   * @param keys of the bundles, ascending; sequences, or below zero where there are none
   * @param problems what was found damaged, in sentences
   */
  SegmentIndex(long[] keys, List<String> problems) {
    this.keys = keys;
    this.problems = List.copyOf(problems);
  }

  final int count() {
    return keys.length;
  }

  final long key(int index) {
    return keys[index];
  }

  /** The first bundle whose key is {@code from} or higher; {@link #count} when there is none. */
  final int indexFrom(long from) {
    int found = Arrays.binarySearch(keys, from);
    return found >= 0 ? found : -found - 1;
  }

  final List<String> problems() {
    return problems;
  }

  /** What a stream begins with, its schema, if it is kept: each bundle of it begins with that. */
  final byte @Nullable [] head(SlotParts.Part part) {
    return heads.get(part);
  }

  /** Keeps what a stream begins with, if that is short and was checked. */
  final void keepHead(SlotParts.Part part, ByteBuffer head) {
    if (part.checked() && part.length() <= LONGEST_HEAD && heads.size() < HEADS) {
      byte[] kept = new byte[part.length()];
      head.get(kept);
      heads.put(part, kept);
    }
  }

  /** Its place in the segment's manifest. */
  abstract int place(int index);

  abstract int items(int index);

  /** Its bytes, as they count in a backlog. */
  abstract int length(int index);

  /** What it is known as here. */
  abstract Identity identity(int index);

  /** The sequence that it had in the log. */
  abstract long logSequence(int index);

  /**
   * Where its slots lie.
   *
   * @throws IOException when the segment does not say, or the disk refuses
   */
  abstract List<SlotParts> slots(int index) throws IOException;
}
