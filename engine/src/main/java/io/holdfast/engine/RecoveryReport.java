package io.holdfast.engine;

import java.util.List;

/**
 * What opening a buffer found.
 *
 * @param cleanStop whether the last owner closed it
 * @param replayed bundles that the log holds and that some subscriber may still get
 * @param unconfirmed bytes behind the last valid entry, or a hole near the end, that no append can
 *     have been told of as durable; normal after a crash
 * @param damage what was once confirmed and cannot be read
 * @param missing the sequences of bundles that lay in {@code unconfirmed} or {@code damage}, as far
 *     as later ones tell them
 * @param notes what else was mended, in sentences
 */
public record RecoveryReport(
    boolean cleanStop,
    long replayed,
    List<Range> unconfirmed,
    List<Range> damage,
    List<SequenceRange> missing,
    List<String> notes) {

  /** Copies the lists. */
  public RecoveryReport {
    unconfirmed = List.copyOf(unconfirmed);
    damage = List.copyOf(damage);
    missing = List.copyOf(missing);
    notes = List.copyOf(notes);
  }

  /** Whether something that was confirmed is lost. */
  public boolean isDamaged() {
    return !damage.isEmpty();
  }

  /**
   * Bytes of a file.
   *
   * @param file as {@link io.holdfast.engine.storage.Storage#describe} names it
   * @param offset of the first byte
   * @param length how many
   */
  public record Range(String file, long offset, long length) {
    @Override
    public String toString() {
      return file + ": " + length + " bytes at offset " + offset;
    }
  }

  /**
   * Sequences, both ends included.
   *
   * @param first the lowest
   * @param last the highest
   */
  public record SequenceRange(long first, long last) {
    @Override
    public String toString() {
      return first == last
          ? "sequence " + Long.toUnsignedString(first)
          : "sequences " + Long.toUnsignedString(first) + " to " + Long.toUnsignedString(last);
    }
  }
}
