package io.holdfast.cli;

import io.holdfast.cli.bench.Appends;
import io.holdfast.cli.bench.LogPlot;
import io.holdfast.cli.bench.Shape;
import io.holdfast.engine.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures how fast bundles are appended. */
@Command(
    description = {
      "Measures appends beside the limit of the disk.",
      "Producers append, each waiting for its bundle to be durable, while a subscriber takes,",
      "decodes and acks everything; in turn with plain writes of as many bytes as a sync",
      "confirmed, each made durable, with a sync or past the cache, whichever is faster there.",
      "'share' is the part of that limit that the buffer reaches; 'wakes/s' is how often as many",
      "threads can wait and be woken here, and do nothing else.",
      "Writes to DIR, and removes again what it made there.",
      ""
    },
    customSynopsis = {
      "holdfast bench append [--shapes SHAPE[,SHAPE]...] [--producers N[,N]...]",
      "                      [--ahead N] [--interval DURATION] [--rounds N]",
      "                      [--time DURATION] [--plot FILE] [--json] DIR"
    })
final class BenchAppend implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path directory = Path.of("");

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "SHAPE",
      converter = ShapeOption.class,
      defaultValue = "100,1000,8192,1000logs,1KiB,64KiB",
      description = {
        "What a bundle is: a number of rows (of two integers and a text), rows and columns as in",
        "1000x10, log records with their attributes as in 1000logs, or a size, for one row with",
        "one binary value (default: ${DEFAULT-VALUE})."
      })
  private List<Shape> shapes = List.of();

  @Option(
      names = "--producers",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,4,16,64",
      description = "How many threads append (default: ${DEFAULT-VALUE}).")
  private List<Integer> producers = List.of();

  @Option(
      names = "--ahead",
      paramLabel = "N",
      converter = CountOption.class,
      defaultValue = "1",
      description = {
        "How many appends of a producer are on their way at a time, with appendAsync when it is",
        "more than one (default: ${DEFAULT-VALUE})."
      })
  private int ahead = 1;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      converter = DurationOption.class,
      description = {
        "Producers wait only for what survives a killed process; syncs follow in this interval.",
        "Without it an append is synced before it completes."
      })
  private @Nullable Duration interval;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How often each is measured; the median is printed (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--time",
      paramLabel = "DURATION",
      converter = DurationOption.class,
      defaultValue = "1s",
      description = "How long each measurement takes (default: ${DEFAULT-VALUE}).")
  private Duration time = Duration.ofSeconds(1);

  @Mixin private PlotOption plot = new PlotOption();

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  BenchAppend(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rounds < 1 || time.isZero() || producers.stream().anyMatch(count -> count < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--rounds, --producers and --time have to be above zero");
    }
    Appends appends = new Appends(directory, rounds, time);
    Durability durability = interval == null ? Durability.sync() : Durability.interval(interval);
    List<Appends.Load> loads = new ArrayList<>();
    for (Shape shape : shapes) {
      for (int count : producers) {
        loads.add(new Appends.Load(shape, count, ahead, durability));
      }
    }
    BenchReport report =
        new BenchReport(
            console,
            json,
            "bundle",
            "producers",
            "bundles/s",
            "spread",
            "log",
            "a sync",
            "share",
            "wakes/s",
            "p50",
            "p99",
            "limit p50",
            "limit p99");
    LogPlot drawn = new LogPlot("Durable appends", "producers", "bundles per second");
    report.each(
        loads,
        load -> {
          Appends.Result result = appends.measure(load);
          report.add(document(load, result), row(load, result));
          drawn.add(load.shape().toString(), load.producers(), result.bundlesPerSecond());
        });
    plot.write(drawn);
    return report.end();
  }

  private static Object[] row(Appends.Load load, Appends.Result result) {
    return new Object[] {
      load.shape(),
      load.producers(),
      Math.round(result.bundlesPerSecond()),
      Sizes.factor(result.spread()),
      Sizes.text((long) result.bytesPerSecond()) + "/s",
      Sizes.text(result.bytesPerSync()),
      Math.round(result.share() * 100) + " %",
      load.producers() == 1 ? "-" : Math.round(result.wakesPerSecond()),
      Sizes.microseconds(result.p50Nanos()),
      Sizes.microseconds(result.p99Nanos()),
      Sizes.microseconds(result.rawP50Nanos()),
      Sizes.microseconds(result.rawP99Nanos())
    };
  }

  private static Map<String, @Nullable Object> document(Appends.Load load, Appends.Result result) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("shape", load.shape().toString());
    all.put("producers", load.producers());
    all.put("ahead", load.ahead());
    all.put("durability", load.durability() instanceof Durability.Sync ? "sync" : "interval");
    all.put("bundles_per_second", result.bundlesPerSecond());
    all.put("spread", result.spread());
    all.put("log_bytes_per_second", result.bytesPerSecond());
    all.put("bytes_per_sync", result.bytesPerSync());
    all.put("share_of_limit", result.share());
    all.put("wakes_per_second", load.producers() == 1 ? null : result.wakesPerSecond());
    all.put("p50_nanos", result.p50Nanos());
    all.put("p99_nanos", result.p99Nanos());
    all.put("limit_p50_nanos", result.rawP50Nanos());
    all.put("limit_p99_nanos", result.rawP99Nanos());
    return all;
  }
}
