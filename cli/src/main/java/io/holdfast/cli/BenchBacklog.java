package io.holdfast.cli;

import io.holdfast.cli.bench.Backlog;
import io.holdfast.cli.bench.LogPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what backlogs of several sizes cost. */
@Command(
    description = {
      "Measures what backlogs cost to open and to drain.",
      "Writes them one after the other to DIR, and removes again what it made there.",
      "Another process with a heap of 64 MiB opens each and drains it. Prints the time from",
      "the start of that process until it was open, the time of an opening in a process that",
      "has opened before, its memory, and the speed of drains: by a first subscriber, by four",
      "more in turn with a plain read of the same files with a CRC (the medians; 'share' is of",
      "these), and by a last one, behind which all is deleted.",
      "A backlog is most likely read from the system's cache.",
      ""
    },
    customSynopsis =
        "holdfast bench backlog [--sizes SIZE[,SIZE]...] [--aot] [--plot FILE] [--json] DIR")
final class BenchBacklog implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path folder = Path.of("");

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "SIZE",
      converter = SizeOption.class,
      defaultValue = "100MiB,1GiB,10GiB",
      description = "The sizes of the backlogs (default: ${DEFAULT-VALUE}).")
  private List<Long> sizes = List.of();

  @Option(
      names = "--aot",
      description = {
        "Also measures a start with a cache of the JVM's, made beforehand",
        "(-XX:AOTCache)."
      })
  private boolean aot;

  @Mixin private PlotOption plot = new PlotOption();

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  BenchBacklog(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchReport report =
        new BenchReport(
            console,
            json,
            "backlog",
            "segments",
            "process to open",
            "with AOT",
            "open, warm",
            "memory, open",
            "memory, most",
            "first drain",
            "drain",
            "plain read",
            "share",
            "last drain");
    LogPlot drawn = new LogPlot("What a backlog costs", "MiB", "microseconds");
    Path cache = aot ? Files.createTempFile("holdfast-bench-", ".aot") : null;
    try {
      if (cache != null) {
        new Backlog(folder).cache(cache);
      }
      measure(cache, report, drawn);
    } finally {
      if (cache != null) {
        Files.delete(cache);
      }
    }
    plot.write(drawn);
    return report.end();
  }

  private void measure(@Nullable Path cache, BenchReport report, LogPlot drawn)
      throws IOException, InterruptedException {
    for (long size : sizes) {
      Backlog.Result result;
      try (ProgressBar bar = new ProgressBar(console.err(), ProgressBar.hasTerminal())) {
        result = new Backlog(folder).measure(size, cache, done -> bar.at(done, size));
      }
      double first = result.bytes() / (result.firstDrainNanos() / 1e9);
      double drain = result.bytes() / (result.drainNanos() / 1e9);
      double last = result.bytes() / (result.lastDrainNanos() / 1e9);
      double read = result.bytes() / (result.readNanos() / 1e9);
      report.add(
          document(result),
          Sizes.text(result.bytes()),
          result.segments(),
          milliseconds(result.processNanos()),
          cache == null ? "-" : milliseconds(result.cachedNanos()),
          milliseconds(result.warmNanos()),
          Sizes.text(result.openResident()),
          Sizes.text(result.peakResident()),
          Sizes.text((long) first) + "/s",
          Sizes.text((long) drain) + "/s",
          Sizes.text((long) read) + "/s",
          Math.round(drain / read * 100) + " %",
          Sizes.text((long) last) + "/s");
      double mebibytes = result.bytes() / (double) (1 << 20);
      drawn.add("open, warm", mebibytes, result.warmNanos() / 1e3);
      drawn.add("process to open", mebibytes, result.processNanos() / 1e3);
      drawn.add("drain, per bundle", mebibytes, result.drainNanos() / 1e3 / result.bundles());
    }
  }

  private static String milliseconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }

  private static Map<String, @Nullable Object> document(Backlog.Result result) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("bytes", result.bytes());
    all.put("segments", result.segments());
    all.put("bundles", result.bundles());
    all.put("process_to_open_nanos", result.processNanos());
    all.put("process_to_open_cached_nanos", result.cachedNanos());
    all.put("open_first_nanos", result.firstNanos());
    all.put("open_warm_nanos", result.warmNanos());
    all.put("resident_open_bytes", result.openResident());
    all.put("resident_most_bytes", result.peakResident());
    all.put("drain_first_nanos", result.firstDrainNanos());
    all.put("drain_nanos", result.drainNanos());
    all.put("drain_last_nanos", result.lastDrainNanos());
    all.put("plain_read_nanos", result.readNanos());
    return all;
  }
}
