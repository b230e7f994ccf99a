package io.holdfast.engine.stored;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Where a bundle lies, for messages and for people.
 *
 * @param file as {@link io.holdfast.engine.storage.Storage#describe} names it
 * @param offset where in the file
 * @param segment the number of its segment, when it lies in one
 * @param index its place in that segment
 */
public record Place(String file, long offset, OptionalLong segment, OptionalInt index) {
  /** A place in a log file. */
  public static Place inLog(String file, long offset) {
    return new Place(file, offset, OptionalLong.empty(), OptionalInt.empty());
  }

  /** A place in a segment. */
  public static Place inSegment(String file, long offset, long segment, int index) {
    return new Place(file, offset, OptionalLong.of(segment), OptionalInt.of(index));
  }
}
