package io.holdfast.cli;

import io.holdfast.cli.canonical.CanonicalBundle;
import io.holdfast.engine.BundleReader;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.RecoveryReport;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints every bundle that a new subscriber from the earliest would get, beside a running owner.
 */
@Command(
    name = "export",
    description = {
      "Prints every bundle that a new subscriber would get from the buffer in DIR, a line each.",
      "Changes nothing and may run beside the owner. Ends with 1 when damage was left out."
    },
    customSynopsis = "holdfast export [--digest] DIR")
final class ExportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "The buffer's directory.")
  private Path directory = Path.of("");

  @Option(
      names = "--digest",
      description = "Print the digests of the bundles only, not their slots.")
  private boolean digestOnly;

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    boolean damaged = false;
    RecoveryReport report;
    try (BundleReader reader = BundleReader.open(directory)) {
      for (BundleReader.Item item = reader.next(); item != null; item = reader.next()) {
        try {
          console.out().println(line(item));
        } catch (CorruptException e) {
          damaged = true;
          console.say("holdfast: " + e.getMessage());
        }
      }
      report = reader.report();
    }
    console.out().flush();
    report.damage().forEach(range -> console.say("damaged and left out: " + range));
    report.missing().forEach(range -> console.say("missing: " + range));
    report.unconfirmed().forEach(range -> console.say("never confirmed and left out: " + range));
    report.notes().forEach(console::say);
    return (damaged || report.isDamaged() ? ExitCode.BAD : ExitCode.DONE).code();
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
