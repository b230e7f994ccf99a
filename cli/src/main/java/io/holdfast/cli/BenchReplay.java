package io.holdfast.cli;

import io.holdfast.cli.bench.Replay;
import io.holdfast.cli.bench.Shape;
import io.holdfast.cli.bench.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how fast an opening scans a log. */
@Command(
    description = {
      "Measures how fast an opening scans the log, beside a plain read of its files with a CRC.",
      "Writes a log to DIR, and removes it again; before that it opens it several times in",
      "this process, and takes off what the opening of an empty buffer takes; medians. 'share' is",
      "the part of the speed of the plain read that the scan reaches. All is read from the"
          + " system's",
      "cache.",
      ""
    },
    customSynopsis = "holdfast bench replay [--shapes SHAPE[,SHAPE]...] [--size SIZE] [--json] DIR")
final class BenchReplay implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path directory = Path.of("");

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "SHAPE",
      converter = ShapeOption.class,
      defaultValue = "1000,8192,1KiB",
      description = "What a bundle is, as for 'bench append' (default: ${DEFAULT-VALUE}).")
  private List<Shape> shapes = List.of();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = SizeOption.class,
      defaultValue = "60MiB",
      description = {
        "How much is appended (default: ${DEFAULT-VALUE}).",
        "The log keeps its last file when it is closed, of 64 MiB at most."
      })
  private long size;

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  BenchReplay(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchReport report =
        new BenchReport(
            console,
            json,
            "bundle",
            "log",
            "open",
            "spread",
            "open, empty",
            "scan",
            "plain read",
            "spread",
            "share");
    report.each(
        shapes,
        shape -> {
          Replay.Result result = new Replay(directory).measure(shape, size);
          report.add(
              document(shape, result),
              shape,
              Sizes.text(result.bytes()),
              microseconds(result.open()),
              Sizes.factor(result.open().factor()),
              microseconds(result.empty()),
              Sizes.text((long) result.scanPerSecond()) + "/s",
              Sizes.text((long) result.readPerSecond()) + "/s",
              Sizes.factor(result.read().factor()),
              Math.round(result.scanPerSecond() / result.readPerSecond() * 100) + " %");
        });
    return report.end();
  }

  private static String microseconds(Spread nanos) {
    return Sizes.microseconds((long) nanos.median());
  }

  private static Map<String, @Nullable Object> document(Shape shape, Replay.Result result) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("shape", shape.toString());
    all.put("bytes", result.bytes());
    all.put("bundles", result.bundles());
    all.put("open_nanos", result.open().median());
    all.put("open_spread", result.open().factor());
    all.put("open_empty_nanos", result.empty().median());
    all.put("scan_bytes_per_second", result.scanPerSecond());
    all.put("plain_read_bytes_per_second", result.readPerSecond());
    all.put("plain_read_spread", result.read().factor());
    return all;
  }
}
