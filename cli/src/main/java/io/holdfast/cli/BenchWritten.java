package io.holdfast.cli;

import io.holdfast.cli.bench.Shape;
import io.holdfast.cli.bench.Written;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how many bytes reach the disk for each byte that is appended. */
@Command(
    description = {
      "Measures how many bytes reach the disk for each byte that is appended.",
      "Once while a subscriber takes and acks everything, once while all is kept. It reads the",
      "counters of the disk, where the system shows them: all that reached it counts, also what",
      "the filesystem adds and what others write; 'others' is what they wrote in as long a time",
      "afterwards. A filesystem on a device of its own tells best.",
      "Writes to DIR, and removes again what it made there.",
      ""
    },
    customSynopsis = {
      "holdfast bench written [--shapes SHAPE[,SHAPE]...] [--producers N] [--size SIZE]",
      "                       [--json] DIR"
    })
final class BenchWritten implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path directory = Path.of("");

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "SHAPE",
      converter = ShapeOption.class,
      defaultValue = "100,1000,8192,1000logs,1KiB,64KiB",
      description = "What a bundle is, as for 'bench append' (default: ${DEFAULT-VALUE}).")
  private List<Shape> shapes = List.of();

  @Option(
      names = "--producers",
      paramLabel = "N",
      converter = CountOption.class,
      defaultValue = "64",
      description = "How many threads append (default: ${DEFAULT-VALUE}).")
  private int producers;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = SizeOption.class,
      defaultValue = "1GiB",
      description = "How much is appended, after as much before it (default: ${DEFAULT-VALUE}).")
  private long size;

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  BenchWritten(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchReport report =
        new BenchReport(
            console, json, "bundle", "all is", "payload", "written", "others", "written per byte");
    Written written = new Written(directory, producers);
    report.each(
        shapes,
        shape -> {
          for (boolean kept : new boolean[] {false, true}) {
            add(report, shape, kept, written.measure(shape, kept, size));
          }
        });
    return report.end();
  }

  private void add(BenchReport report, Shape shape, boolean kept, Optional<Written.Result> measured)
      throws IOException {
    Written.Result result =
        measured.orElseThrow(
            () ->
                new IOException(
                    "the system does not show the counters of the disk of " + directory));
    report.add(
        document(shape, kept, result),
        shape,
        kept ? "kept" : "taken",
        Sizes.text(result.payload()),
        Sizes.text(result.written()),
        Sizes.text(result.others()),
        String.format(Locale.ROOT, "%.3f", result.factor()));
  }

  private static Map<String, @Nullable Object> document(
      Shape shape, boolean kept, Written.Result result) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("shape", shape.toString());
    all.put("kept", kept);
    all.put("payload_bytes", result.payload());
    all.put("written_bytes", result.written());
    all.put("written_by_others_bytes", result.others());
    all.put("written_per_byte", result.factor());
    return all;
  }
}
