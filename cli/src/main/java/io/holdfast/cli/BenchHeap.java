package io.holdfast.cli;

import io.holdfast.cli.bench.Heap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures what appends leave to the garbage collector. */
@Command(
    description = {
      "Measures what appends leave to the garbage collector.",
      "Another process with a heap of 64 MiB appends for a time, while a subscriber takes and",
      "acks everything. Prints what all its threads together allocated on the heap for each",
      "append, its delivery included, and how long the collector stopped it; the longest stop",
      "of the time before, a quarter as long, in which classes are loaded and compiled, is apart.",
      "Writes to DIR, and removes again what it made there.",
      ""
    },
    customSynopsis = {
      "holdfast bench heap [--shapes SHAPE[,SHAPE]...] [--producers N] [--time DURATION]",
      "                    [--json] DIR"
    })
final class BenchHeap implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path directory = Path.of("");

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "SHAPE",
      defaultValue = "1000x10",
      description = "What a bundle is, as for 'bench append' (default: ${DEFAULT-VALUE}).")
  private List<String> shapes = List.of();

  @Option(
      names = "--producers",
      paramLabel = "N",
      converter = CountOption.class,
      defaultValue = "4",
      description = "How many threads append (default: ${DEFAULT-VALUE}).")
  private int producers;

  @Option(
      names = "--time",
      paramLabel = "DURATION",
      converter = DurationOption.class,
      defaultValue = "5m",
      description = "How long it appends (default: ${DEFAULT-VALUE}).")
  private Duration time = Duration.ofMinutes(5);

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  BenchHeap(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try {
      shapes.forEach(shape -> new ShapeOption().convert(shape));
    } catch (TypeConversionException noShape) {
      throw new ParameterException(spec.commandLine(), noShape.getMessage(), noShape);
    }
    BenchReport report =
        new BenchReport(
            console,
            json,
            "bundle",
            "appends",
            "on the heap",
            "pauses",
            "longest",
            "together",
            "longest before");
    for (String shape : shapes) {
      Heap.Result result = measure(shape);
      report.add(
          document(shape, result),
          shape,
          result.bundles(),
          Math.round(result.bytesPerAppend()) + " bytes",
          result.collections(),
          String.format(Locale.ROOT, "%.2f ms", result.longestNanos() / 1e6),
          String.format(Locale.ROOT, "%.1f ms", result.totalNanos() / 1e6),
          String.format(Locale.ROOT, "%.2f ms", result.firstNanos() / 1e6));
    }
    return report.end();
  }

  private Heap.Result measure(String shape) throws IOException, InterruptedException {
    long whole = time.toNanos() / 4 * 5;
    try (ProgressBar bar = new ProgressBar(console.err(), ProgressBar.hasTerminal())) {
      return new Heap(directory).measure(shape, producers, time, spent -> bar.at(spent, whole));
    }
  }

  private static Map<String, @Nullable Object> document(String shape, Heap.Result result) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("shape", shape);
    all.put("bundles", result.bundles());
    all.put("heap_bytes_per_append", result.bytesPerAppend());
    all.put("pauses", result.collections());
    all.put("longest_pause_nanos", result.longestNanos());
    all.put("pause_nanos", result.totalNanos());
    all.put("longest_pause_before_nanos", result.firstNanos());
    return all;
  }
}
