package io.holdfast.engine.log;

import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * What opening made of the log's files.
 *
 * @param log the index of what can be delivered
 * @param writer on the active file
 * @param spares where log files go that nobody needs any more
 * @param admission what the directory takes
 * @param nextSequence of the next bundle
 * @param cursorSequence every sequence below it needs no log; 0 when that is not known
 * @param holds whether the log has an entry, or has passed it
 * @param repeats entries whose sequences were used before: they get the last ones below {@code
 *     nextSequence}; each holds its file
 * @param mendTo what lies in the log below this sequence must leave it, because bytes between are
 *     damaged; -1 when none are
 * @param quarantine where bytes go that are nothing
 * @param waiting damaged bytes for whose copies there was no room
 * @param report what was found
 */
public record Recovered(
    Log log,
    LogWriter writer,
    SpareFiles spares,
    Admission admission,
    long nextSequence,
    long cursorSequence,
    Predicate<Identity> holds,
    List<Log.Located> repeats,
    long mendTo,
    Quarantine quarantine,
    WaitingCopies waiting,
    RecoveryReport report) {
  /** Goes on in a new file, whatever the last one is; nothing was appended yet. */
  public void startFreshFile() throws IOException {
    writer.carry(nextSequence);
  }
}
