package io.holdfast.engine.progress;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Bounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * {@code holdfast.state}, version 1: floors below which nothing is given out again, the cursor's
 * sequence, and whether the last owner stopped cleanly. Content: floor of the sequence u64 | floor
 * of the segment number u64 | floor of the rotation number u64 | cursor position u64 | cursor
 * sequence u64 | clean u8 | end of the log u64 | un-synced bytes u64.
 *
 * @param sequenceFloor no sequence from here on was ever given out; it is ahead of what was
 * @param segmentFloor the same for segment numbers
 * @param rotationFloor the same for the numbers of rotated log files
 * @param cursorPosition the cursor as it was then
 * @param cursorSequence every sequence below it is resolved or recorded as lost
 * @param clean whether the owner stopped and nobody has opened since
 * @param logEnd the WAL position of the log's end, when clean
 * @param unsyncedBytes how much the owner may leave un-synced beside its last group
 */
public record StateFile(
    long sequenceFloor,
    long segmentFloor,
    long rotationFloor,
    long cursorPosition,
    long cursorSequence,
    boolean clean,
    long logEnd,
    long unsyncedBytes) {
  /** Its name. */
  public static final String NAME = "holdfast.state";

  private static final String MAGIC = "HFSTATE";
  private static final int VERSION = 1;
  private static final int BYTES = 7 * 8 + 1;

  /** Reads it; empty when it is missing or damaged. */
  public static Optional<StateFile> read(Storage storage) throws IOException {
    if (!(Envelope.read(storage, NAME, MAGIC, VERSION)
            instanceof Envelope.Result.Content(ByteBuffer content))
        || content.remaining() < BYTES) {
      return Optional.empty();
    }
    StateFile state =
        new StateFile(
            content.getLong(),
            content.getLong(),
            content.getLong(),
            content.getLong(),
            content.getLong(),
            content.get() != 0,
            content.getLong(),
            content.getLong());
    return state.isPossible() ? Optional.of(state) : Optional.empty();
  }

  private boolean isPossible() {
    return Bounds.isFollowed(segmentFloor)
        && Bounds.isFollowed(rotationFloor)
        && LongStream.of(sequenceFloor, cursorPosition, cursorSequence, logEnd, unsyncedBytes)
            .allMatch(Bounds::isPossible);
  }

  /** Replaces it, durably. */
  public void write(Storage storage) throws IOException {
    Envelope.replace(storage, "", NAME, bytes());
  }

  /**
   * Writes over it, durably, which takes no space. A power cut may leave none; the files of the log
   * and the segments then say what they can.
   */
  public void overwrite(Storage storage) throws IOException {
    Envelope.overwrite(storage, NAME, bytes());
  }

  private ByteBuffer bytes() {
    ByteBuffer content = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    content.putLong(sequenceFloor).putLong(segmentFloor).putLong(rotationFloor);
    content.putLong(cursorPosition).putLong(cursorSequence);
    content.put((byte) (clean ? 1 : 0)).putLong(logEnd).putLong(unsyncedBytes);
    return Envelope.wrap(MAGIC, VERSION, content.flip());
  }
}
