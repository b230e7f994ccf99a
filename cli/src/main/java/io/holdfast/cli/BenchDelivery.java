package io.holdfast.cli;

import io.holdfast.cli.bench.Deliveries;
import io.holdfast.cli.bench.Shape;
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

/** Measures how soon a bundle is delivered. */
@Command(
    description = {
      "Measures the time from an append to its delivery.",
      "A producer appends one bundle after the other, each when the one before has arrived at a",
      "subscriber that waits for it. 'append' is the time until the append of a bundle returned,",
      "'delivered' that until the subscriber had its rows, 'behind' the difference of the two.",
      "Writes to DIR, and removes again what it made there.",
      ""
    },
    customSynopsis = "holdfast bench delivery [--shapes SHAPE[,SHAPE]...] [--count N] [--json] DIR")
final class BenchDelivery implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path directory = Path.of("");

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "SHAPE",
      converter = ShapeOption.class,
      defaultValue = "100,1000,8192",
      description = "What a bundle is, as for 'bench append' (default: ${DEFAULT-VALUE}).")
  private List<Shape> shapes = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = CountOption.class,
      defaultValue = "5000",
      description = "How many bundles are measured of each (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  BenchDelivery(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchReport report =
        new BenchReport(
            console,
            json,
            "bundle",
            "append p50",
            "p99",
            "delivered p50",
            "p99",
            "behind p50",
            "p99");
    report.each(
        shapes,
        shape -> {
          Deliveries.Result result = new Deliveries(directory).measure(shape, count);
          report.add(
              document(shape, result),
              shape,
              Sizes.microseconds(result.appendP50()),
              Sizes.microseconds(result.appendP99()),
              Sizes.microseconds(result.deliveryP50()),
              Sizes.microseconds(result.deliveryP99()),
              Sizes.microseconds(result.behindP50()),
              Sizes.microseconds(result.behindP99()));
        });
    return report.end();
  }

  private static Map<String, @Nullable Object> document(Shape shape, Deliveries.Result result) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("shape", shape.toString());
    all.put("bundles", result.count());
    all.put("append_p50_nanos", result.appendP50());
    all.put("append_p99_nanos", result.appendP99());
    all.put("delivered_p50_nanos", result.deliveryP50());
    all.put("delivered_p99_nanos", result.deliveryP99());
    all.put("behind_p50_nanos", result.behindP50());
    all.put("behind_p99_nanos", result.behindP99());
    return all;
  }
}
