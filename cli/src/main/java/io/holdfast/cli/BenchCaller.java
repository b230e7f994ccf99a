package io.holdfast.cli;

import io.holdfast.cli.bench.Caller;
import io.holdfast.cli.bench.Shape;
import io.holdfast.cli.bench.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what appends cost the thread that calls them. */
@Command(
    description = {
      "Measures what an append costs the thread that calls it.",
      "Its processor time (encoding, checksum, handing over), beside that of a copy of the same",
      "bytes with their checksum, into memory that was used long ago; and what it allocates on",
      "the heap, beside what Arrow allocates for the message of the batch.",
      "Writes to DIR, and removes again what it made there.",
      ""
    },
    customSynopsis = "holdfast bench caller [--shapes SHAPE[,SHAPE]...] [--count N] [--json] DIR")
final class BenchCaller implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path directory = Path.of("");

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "SHAPE",
      converter = ShapeOption.class,
      defaultValue = "100x10,1000x10,8192x10",
      description = "What a bundle is, as for 'bench append' (default: ${DEFAULT-VALUE}).")
  private List<Shape> shapes = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = CountOption.class,
      defaultValue = "20000",
      description = "How many bundles each of five rounds appends (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  BenchCaller(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchReport report =
        new BenchReport(
            console,
            json,
            "bundle",
            "processor time",
            "spread",
            "a copy",
            "spread",
            "on the heap",
            "Arrow alone");
    report.each(
        shapes,
        shape -> {
          Caller.Result result = new Caller(directory).measure(shape, count);
          report.add(
              document(shape, result),
              shape,
              micros(result.cpuNanos()),
              Sizes.factor(result.cpuNanos().factor()),
              micros(result.copyNanos()),
              Sizes.factor(result.copyNanos().factor()),
              Math.round(result.heapBytes()) + " bytes",
              Math.round(result.arrowBytes()) + " bytes");
        });
    return report.end();
  }

  private static String micros(Spread nanos) {
    return String.format(Locale.ROOT, "%.1f us", nanos.median() / 1e3);
  }

  private static Map<String, @Nullable Object> document(Shape shape, Caller.Result result) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("shape", shape.toString());
    all.put("bundles", result.count());
    all.put("cpu_nanos", result.cpuNanos().median());
    all.put("cpu_spread", result.cpuNanos().factor());
    all.put("copy_nanos", result.copyNanos().median());
    all.put("copy_spread", result.copyNanos().factor());
    all.put("heap_bytes", result.heapBytes());
    all.put("arrow_heap_bytes", result.arrowBytes());
    return all;
  }
}
