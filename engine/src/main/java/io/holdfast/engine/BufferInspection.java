package io.holdfast.engine;

import io.holdfast.engine.capacity.ForeignFiles;
import io.holdfast.engine.log.Quarantine;
import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What lies in a buffer's directory: files, sequences, subscribers. Made beside a running owner,
 * without its lock and without a change; as of some moment while it was made. A value.
 *
 * @param directory as {@link Storage#describe} names it
 * @param logFiles in the order of the log
 * @param segments ascending by number
 * @param otherFiles all others, by name
 * @param subscribers by id
 * @param oldestEpochNanos when the oldest bundle was appended that some subscriber has not
 *     resolved, or that is kept when there is no subscriber, in nanoseconds since the epoch; empty
 *     when there is none, or its time is not known
 * @param cursorPosition the WAL position below which the log is not needed; empty when the cursor
 *     is missing or damaged
 * @param cursorSequence log entries below it are not needed
 * @param nextSequence the sequence that the next bundle gets, unless more is appended meanwhile
 * @param cleanStop whether the last owner has closed the buffer, and no other has opened it
 * @param owner who has opened it last, in words
 */
public record BufferInspection(
    String directory,
    List<LogFile> logFiles,
    List<Segment> segments,
    List<OtherFile> otherFiles,
    List<SubscriberState> subscribers,
    OptionalLong oldestEpochNanos,
    OptionalLong cursorPosition,
    long cursorSequence,
    long nextSequence,
    boolean cleanStop,
    Optional<String> owner) {

  /** Copies the lists. */
  public BufferInspection {
    logFiles = List.copyOf(logFiles);
    segments = List.copyOf(segments);
    otherFiles = List.copyOf(otherFiles);
    subscribers = List.copyOf(subscribers);
  }

  /**
   * Looks at a directory. Reads its log and the footers of its segments.
   *
   * @throws UnsupportedVersionException when the files are of a version that this engine does not
   *     know
   * @throws StorageException when the disk refuses, or there is no buffer
   */
  public static BufferInspection of(Path directory) {
    return of(FileStorage.at(directory));
  }

  /** As {@link #of(Path)}, on any storage. The storage stays the caller's. */
  public static BufferInspection of(Storage storage) {
    return Inspector.inspect(storage);
  }

  /** The bytes of all files. */
  public long totalBytes() {
    return disk().total();
  }

  /**
   * The bytes of all files, by what they are for. An owner counts more against its cap: what it has
   * set apart for files that are not there yet.
   */
  public BufferStatus.DiskUse disk() {
    long log = logFiles.stream().mapToLong(LogFile::bytes).sum();
    long inSegments = segments.stream().mapToLong(Segment::bytes).sum();
    long deadLetters = 0;
    long quarantine = 0;
    long metadata = 0;
    long foreign = 0;
    for (OtherFile file : otherFiles) {
      if (file.name.startsWith(DeadLetterBox.FOLDER + "/")) {
        deadLetters += file.bytes;
      } else if (Quarantine.has(file.name)) {
        quarantine += file.bytes;
      } else if (ForeignFiles.isOurs(file.name.substring(file.name.lastIndexOf('/') + 1))) {
        metadata += file.bytes;
      } else {
        foreign += file.bytes;
      }
    }
    return new BufferStatus.DiskUse(log, inSegments, deadLetters, quarantine, metadata, foreign);
  }

  /**
   * A log file.
   *
   * @param name relative to the directory
   * @param bytes its size, space that is reserved at its end included
   * @param own whether Holdfast wrote it; else another engine
   * @param positionStart the WAL position of its first entry
   * @param positionEnd the WAL position behind its last entry
   * @param entries how many it has, delivered ones included
   * @param sequences of its first and last entry; empty when it has none
   */
  public record LogFile(
      String name,
      long bytes,
      boolean own,
      long positionStart,
      long positionEnd,
      int entries,
      Optional<RecoveryReport.SequenceRange> sequences) {}

  /**
   * A segment.
   *
   * @param name relative to the directory
   * @param bytes its size
   * @param number in its name
   * @param own whether Holdfast wrote it; else another engine, and its bundles have no sequences
   * @param bundles how many it says to have
   * @param sequences the range that it covers, not all of which need be in it; empty when it tells
   *     none
   * @param problem why it cannot be read; empty when it can
   */
  public record Segment(
      String name,
      long bytes,
      long number,
      boolean own,
      int bundles,
      Optional<RecoveryReport.SequenceRange> sequences,
      Optional<String> problem) {}

  /**
   * A file that is neither.
   *
   * @param name relative to the directory
   * @param bytes its size
   */
  public record OtherFile(String name, long bytes) {}

  /**
   * A subscriber.
   *
   * @param id its name
   * @param resolvedBelow it has resolved every sequence below
   * @param runsAbove how many runs of sequences above that it has resolved as well
   * @param lag what it has not resolved; progress that its owner has not written yet counts as not
   *     made
   * @param oldestEpochNanos when the first of these was appended, in nanoseconds since the epoch;
   *     empty when there is none, or its time is not known
   * @param deadLetters how many bundles it has given up that are kept; 0 when that cannot be read
   * @param note what a person should know about its progress and its dead letters; empty when there
   *     is nothing
   */
  public record SubscriberState(
      String id,
      long resolvedBelow,
      int runsAbove,
      Subscriber.Backlog lag,
      OptionalLong oldestEpochNanos,
      long deadLetters,
      Optional<String> note) {}
}
