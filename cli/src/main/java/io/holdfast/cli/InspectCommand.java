package io.holdfast.cli;

import io.holdfast.engine.BufferInspection;
import io.holdfast.engine.BufferStatus;
import io.holdfast.engine.RecoveryReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what lies in a buffer's directory. */
@Command(
    description = {
      "Shows what lies in the buffer in DIR.",
      "Files, positions, sequences, subscribers, what they have not resolved and how old the",
      "oldest of it is. Changes nothing and may run beside the owner; progress that the owner",
      "has not written yet (at most a second of it) counts as not made. The cap is its",
      "owner's setting and stands in no file.",
      ""
    },
    customSynopsis = "holdfast inspect [--json] DIR")
final class InspectCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "The buffer's directory.")
  private Path directory = Path.of("");

  @Option(names = "--json", description = "One JSON document on one line, for programs.")
  private boolean json;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    BufferInspection found = BufferInspection.of(directory);
    if (json) {
      console.out().println(JsonText.of(document(found)));
    } else {
      lines(found).forEach(console.out()::println);
    }
    console.out().flush();
    return ExitCode.DONE.code();
  }

  private static List<String> lines(BufferInspection found) {
    List<String> lines = new ArrayList<>();
    lines.add(found.directory() + ", " + Sizes.text(found.totalBytes()));
    lines.add("  next sequence   " + found.nextSequence());
    lines.add(
        "  cursor          "
            + (found.cursorPosition().isPresent()
                ? "position " + found.cursorPosition().getAsLong()
                : "missing")
            + "; the log is needed from sequence "
            + found.cursorSequence()
            + " on");
    lines.add(
        "  last owner      "
            + found.owner().orElse("unknown")
            + (found.cleanStop() ? "; closed cleanly" : "; open, or not closed cleanly"));
    lines.add("  on disk         " + use(found.disk()));
    lines.add("  oldest          " + age(found.oldestEpochNanos()));
    lines.add("");
    if (found.subscribers().isEmpty()) {
      lines.add("no subscribers: everything is kept for those that come");
    } else {
      Table table =
          new Table(
              "subscriber", "resolved below", "runs above", "lag", "bytes", "age", "dead letters");
      for (BufferInspection.SubscriberState one : found.subscribers()) {
        table.row(
            one.id(),
            one.resolvedBelow(),
            one.runsAbove(),
            one.lag().bundles(),
            Sizes.text(one.lag().bytes()),
            age(one.oldestEpochNanos()),
            one.deadLetters());
      }
      lines.addAll(table.lines());
      for (BufferInspection.SubscriberState one : found.subscribers()) {
        one.note().ifPresent(lines::add);
      }
    }
    lines.add("");
    Table logs = new Table("log file", "positions", "sequences", "entries", "bytes", "by");
    for (BufferInspection.LogFile file : found.logFiles()) {
      logs.row(
          file.name(),
          file.positionStart() + "-" + file.positionEnd(),
          range(file.sequences()),
          file.entries(),
          Sizes.text(file.bytes()),
          by(file.own()));
    }
    lines.addAll(logs.lines());
    if (!found.segments().isEmpty()) {
      lines.add("");
      Table segments = new Table("segment", "sequences", "bundles", "bytes", "by");
      for (BufferInspection.Segment file : found.segments()) {
        segments.row(
            file.name(),
            range(file.sequences()),
            file.bundles(),
            Sizes.text(file.bytes()),
            file.problem().map(why -> "damaged: " + why).orElse(by(file.own())));
      }
      lines.addAll(segments.lines());
    }
    lines.add("");
    Table others = new Table("other file", "bytes");
    for (BufferInspection.OtherFile file : found.otherFiles()) {
      others.row(file.name(), Sizes.text(file.bytes()));
    }
    lines.addAll(others.lines());
    return lines;
  }

  /** What there is any of. */
  private static String use(BufferStatus.DiskUse disk) {
    List<String> parts = new ArrayList<>();
    uses(disk)
        .forEach(
            (kind, bytes) -> {
              if (bytes > 0) {
                parts.add(kind.replace('_', ' ') + " " + Sizes.text(bytes));
              }
            });
    return String.join(", ", parts);
  }

  private static Map<String, Long> uses(BufferStatus.DiskUse disk) {
    Map<String, Long> uses = new LinkedHashMap<>();
    uses.put("log", disk.log());
    uses.put("segments", disk.segments());
    uses.put("dead_letters", disk.deadLetters());
    uses.put("quarantine", disk.quarantine());
    uses.put("small_files", disk.metadata());
    uses.put("foreign", disk.foreign());
    return uses;
  }

  /** By the clock of this machine, which may not be the one that wrote the time. */
  private static String age(OptionalLong epochNanos) {
    return epochNanos.isEmpty()
        ? "-"
        : Ages.text(
            Duration.between(Instant.EPOCH.plusNanos(epochNanos.getAsLong()), Instant.now()));
  }

  private static String by(boolean own) {
    return own ? "Holdfast" : "another engine";
  }

  private static String range(Optional<RecoveryReport.SequenceRange> sequences) {
    return sequences.map(it -> it.first() + "-" + it.last()).orElse("none");
  }

  private static Map<String, @Nullable Object> document(BufferInspection found) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("directory", found.directory());
    all.put("bytes", found.totalBytes());
    all.put("bytes_by_kind", uses(found.disk()));
    all.put("oldest_ts_nanos", found.oldestEpochNanos());
    all.put("next_sequence", found.nextSequence());
    all.put("cursor_position", found.cursorPosition());
    all.put("cursor_sequence", found.cursorSequence());
    all.put("clean_stop", found.cleanStop());
    all.put("owner", found.owner());
    all.put("subscribers", found.subscribers().stream().map(InspectCommand::subscriber).toList());
    all.put("log_files", found.logFiles().stream().map(InspectCommand::logFile).toList());
    all.put("segments", found.segments().stream().map(InspectCommand::segment).toList());
    all.put(
        "other_files",
        found.otherFiles().stream()
            .map(file -> members("name", file.name(), "bytes", file.bytes()))
            .toList());
    return all;
  }

  private static Map<String, Object> subscriber(BufferInspection.SubscriberState one) {
    return members(
        "id",
        one.id(),
        "resolved_below",
        one.resolvedBelow(),
        "runs_above",
        one.runsAbove(),
        "lag_bundles",
        one.lag().bundles(),
        "lag_items",
        one.lag().items(),
        "lag_bytes",
        one.lag().bytes(),
        "oldest_ts_nanos",
        one.oldestEpochNanos(),
        "dead_letters",
        one.deadLetters(),
        "note",
        one.note());
  }

  private static Map<String, Object> logFile(BufferInspection.LogFile file) {
    return members(
        "name",
        file.name(),
        "bytes",
        file.bytes(),
        "own",
        file.own(),
        "position_start",
        file.positionStart(),
        "position_end",
        file.positionEnd(),
        "entries",
        file.entries(),
        "first_sequence",
        file.sequences().map(RecoveryReport.SequenceRange::first),
        "last_sequence",
        file.sequences().map(RecoveryReport.SequenceRange::last));
  }

  private static Map<String, Object> segment(BufferInspection.Segment file) {
    return members(
        "name",
        file.name(),
        "bytes",
        file.bytes(),
        "number",
        file.number(),
        "own",
        file.own(),
        "bundles",
        file.bundles(),
        "first_sequence",
        file.sequences().map(RecoveryReport.SequenceRange::first),
        "last_sequence",
        file.sequences().map(RecoveryReport.SequenceRange::last),
        "problem",
        file.problem());
  }

  private static Map<String, Object> members(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
    }
    return members;
  }
}
