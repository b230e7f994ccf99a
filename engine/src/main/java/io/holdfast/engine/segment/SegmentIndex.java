package io.holdfast.engine.segment;

import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The bundles of one segment, ascending by their keys. Does not change; threads may share it. */
abstract class SegmentIndex {
  private final long[] keys;
  private final List<String> problems;

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
