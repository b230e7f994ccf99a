package io.holdfast.engine.log;

import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a survey found, file by file, for people.
 *
 * @param files in the order of the log
 */
public record LogContents(List<File> files) {
  /** Whether there is a file of a log; what is only prepared to be one does not count. */
  public static boolean isThere(Storage storage) throws IOException {
    return storage.list(LogFiles.FOLDER).stream()
        .anyMatch(
            name ->
                LogFiles.ACTIVE.equals(LogFiles.FOLDER + "/" + name)
                    || LogFiles.rotatedNumber(name).isPresent());
  }

  /**
   * A log file.
   *
   * @param name in the storage
   * @param bytes its size
   * @param own whether this engine wrote it
   * @param positionStart the WAL position of its first entry
   * @param positionEnd the WAL position behind its last entry
   * @param entries how many it has
   * @param sequences of its first and last entry; empty when it has none
   */
  public record File(
      String name,
      long bytes,
      boolean own,
      long positionStart,
      long positionEnd,
      int entries,
      Optional<RecoveryReport.SequenceRange> sequences) {}

  /** Describes a survey. */
  public static LogContents of(LogSurvey survey) {
    List<File> files = new ArrayList<>();
    for (int i = 0; i < survey.files().size(); i++) {
      ScannedFile file = survey.files().get(i);
      List<EntryFound> entries = file.entries();
      files.add(
          new File(
              file.name(),
              file.size(),
              file.header() instanceof WalHeader.Own,
              survey.start(i),
              survey.positionOf(i, file.end().validEnd()),
              entries.size(),
              entries.isEmpty()
                  ? Optional.empty()
                  : Optional.of(
                      new RecoveryReport.SequenceRange(
                          entries.getFirst().sequence(), entries.getLast().sequence()))));
    }
    return new LogContents(List.copyOf(files));
  }

  /** The sequences of what lay in a range that a survey has reported, as far as the log tells. */
  public static Optional<RecoveryReport.SequenceRange> lostIn(
      LogSurvey survey, Storage storage, RecoveryReport.Range range) {
    for (int i = 0; i < survey.files().size(); i++) {
      ScannedFile file = survey.files().get(i);
      if (!storage.describe(file.name()).equals(range.file())) {
        continue;
      }
      for (ScannedFile.Hole hole : file.holes()) {
        if (hole.offset() == range.offset()) {
          return sequences(hole.before() + 1, hole.after() - 1);
        }
      }
      if (range.offset() == file.end().validEnd()
          && i + 1 < survey.files().size()
          && survey.files().get(i + 1).header() instanceof WalHeader.Own next
          && !file.entries().isEmpty()) {
        return sequences(file.entries().getLast().sequence() + 1, next.sequenceStart() - 1);
      }
    }
    return Optional.empty();
  }

  private static Optional<RecoveryReport.SequenceRange> sequences(long first, long last) {
    return first <= last
        ? Optional.of(new RecoveryReport.SequenceRange(first, last))
        : Optional.empty();
  }
}
