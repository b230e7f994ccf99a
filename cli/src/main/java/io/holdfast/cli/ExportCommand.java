package io.holdfast.cli;

import io.holdfast.cli.canonical.CanonicalBundle;
import io.holdfast.engine.BatchStreamWriter;
import io.holdfast.engine.BundleReader;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.RecoveryReport;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints every bundle that a new subscriber from the earliest would get, beside a running owner.
 */
@Command(
    description = {
      "Prints every bundle in the buffer in DIR, a line each.",
      "These are the bundles that a new subscriber would get. With --format arrow it writes",
      "the record batches of one slot as Arrow IPC streams: batches with the same schema",
      "share a stream, and where the schema changes another one follows. Changes nothing and",
      "may run beside the owner. Ends with 1 when damage was left out.",
      ""
    },
    customSynopsis = {
      "holdfast export [--digest] [--subscriber ID] DIR",
      "       holdfast export --format arrow [--slot N] [--subscriber ID] DIR"
    })
final class ExportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "The buffer's directory.")
  private Path directory = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = FormatOption.class,
      defaultValue = "jsonl",
      description = "What stdout carries: jsonl or arrow (default: ${DEFAULT-VALUE}).")
  private FormatOption.Format format = FormatOption.Format.JSONL;

  @Option(
      names = "--slot",
      paramLabel = "N",
      defaultValue = "0",
      description = "With --format arrow: which slot, 0 to 63 (default: ${DEFAULT-VALUE}).")
  private int slot;

  @Option(
      names = "--digest",
      description = "Print the digests of the bundles only, not their slots.")
  private boolean digestOnly;

  @Option(
      names = "--subscriber",
      paramLabel = "ID",
      description = "Only what this subscriber has not resolved, as its owner has written it.")
  private @Nullable String subscriber;

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    boolean damaged;
    RecoveryReport report;
    String id = subscriber;
    try (BundleReader reader =
        id == null ? BundleReader.open(directory) : BundleReader.openFor(directory, id)) {
      damaged =
          switch (format) {
            case JSONL -> exportLines(reader);
            case ARROW -> exportBatches(reader);
          };
      report = reader.report();
    }
    if (console.out().checkError()) {
      console.say("holdfast: nobody reads the bundles any more, or they cannot be written");
    }
    report.damage().forEach(range -> console.say("damaged and left out: " + range));
    report.missing().forEach(range -> console.say("missing: " + range));
    report.unconfirmed().forEach(range -> console.say("never confirmed and left out: " + range));
    report.notes().forEach(console::say);
    return (damaged || report.isDamaged() ? ExitCode.BAD : ExitCode.DONE).code();
  }

  private boolean exportLines(BundleReader reader) {
    boolean damaged = false;
    for (BundleReader.Item item = reader.next(); item != null; item = reader.next()) {
      try {
        console.out().println(line(item));
      } catch (CorruptException e) {
        damaged = true;
        console.say("holdfast: " + e.getMessage());
      }
    }
    return damaged;
  }

  private boolean exportBatches(BundleReader reader) throws IOException {
    boolean damaged = false;
    long others = 0;
    BufferedOutputStream out = new BufferedOutputStream(console.out());
    try (BatchStreamWriter batches = new BatchStreamWriter(out)) {
      for (BundleReader.Item item = reader.next(); item != null; item = reader.next()) {
        try {
          for (RecordBundle.Slot found : item.bundle().slots()) {
            if (found.id() == slot) {
              batches.write(found);
            } else {
              others++;
            }
          }
        } catch (CorruptException e) {
          damaged = true;
          console.say("holdfast: " + e.getMessage());
        }
      }
    }
    out.flush();
    if (others > 0) {
      console.say(
          "holdfast: " + others + " record batches in slots other than " + slot + " are left out");
    }
    return damaged;
  }

  private String line(BundleReader.Item item) {
    StringBuilder out = new StringBuilder();
    out.append("{\"sequence\":").append(text(item.sequence()));
    out.append(",\"segment\":").append(text(item.segment()));
    out.append(",\"bundle\":").append(text(item.index()));
    out.append(",\"ingestion_ts_nanos\":").append(text(item.ingestionEpochNanos()));
    out.append(",\"digest\":\"").append(CanonicalBundle.digest(item.bundle())).append('"');
    if (!digestOnly) {
      out.append(",\"slots\":").append(CanonicalBundle.text(item.bundle()));
    }
    return out.append('}').toString();
  }

  private static String text(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "null";
  }

  private static String text(OptionalInt value) {
    return value.isPresent() ? Integer.toString(value.getAsInt()) : "null";
  }
}
