package io.holdfast.engine.log;

import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.capacity.Admission;
import java.util.function.Predicate;

/**
 * What opening made of the log's files.
 *
 * @param log the index of what can be delivered
 * @param writer on the active file
 * @param admission what the directory takes
 * @param nextSequence of the next bundle
 * @param cursorSequence every sequence below it needs no log; 0 when that is not known
 * @param holds whether the log has an entry, or has passed it
 * @param report what was found
 */
public record Recovered(
    Log log,
    LogWriter writer,
    Admission admission,
    long nextSequence,
    long cursorSequence,
    Predicate<Identity> holds,
    RecoveryReport report) {}
