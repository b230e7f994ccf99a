package io.holdfast.cli;

import io.holdfast.cli.bench.Crowd;
import io.holdfast.cli.bench.LogPlot;
import io.holdfast.cli.bench.Shape;
import java.io.IOException;
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

/** Measures what deliveries to several subscribers cost. */
@Command(
    description = {
      "Measures what a delivery costs with several subscribers.",
      "Bundles are appended, and each subscriber takes and acks all of them. Prints the",
      "deliveries a second of all together, and the processor time of the process, appends",
      "included, for each delivery. Writes to DIR, and removes again what it made there.",
      ""
    },
    customSynopsis = {
      "holdfast bench subscribers [--shapes SHAPE[,SHAPE]...] [--subscribers N[,N]...]",
      "                           [--count N] [--plot FILE] [--json] DIR"
    })
final class BenchSubscribers implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path directory = Path.of("");

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "SHAPE",
      converter = ShapeOption.class,
      defaultValue = "1000",
      description = "What a bundle is, as for 'bench append' (default: ${DEFAULT-VALUE}).")
  private List<Shape> shapes = List.of();

  @Option(
      names = "--subscribers",
      split = ",",
      paramLabel = "N",
      converter = CountOption.class,
      defaultValue = "1,4,16,64",
      description = "How many there are (default: ${DEFAULT-VALUE}).")
  private List<Integer> subscribers = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = CountOption.class,
      defaultValue = "5000",
      description = "How many bundles are appended (default: ${DEFAULT-VALUE}).")
  private int count;

  @Mixin private PlotOption plot = new PlotOption();

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  BenchSubscribers(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchReport report =
        new BenchReport(
            console, json, "bundle", "subscribers", "deliveries/s", "processor time for each");
    LogPlot drawn =
        new LogPlot("Cost of a delivery", "subscribers", "processor time, in microseconds");
    for (Shape shape : shapes) {
      report.each(
          subscribers,
          number -> {
            Crowd.Result result = new Crowd(directory).measure(shape, number, count);
            report.add(
                document(shape, result),
                shape,
                number,
                Math.round(result.deliveriesPerSecond()),
                String.format(Locale.ROOT, "%.1f us", result.cpuNanosPerDelivery() / 1e3));
            drawn.add(shape.toString(), number, result.cpuNanosPerDelivery() / 1e3);
          });
    }
    plot.write(drawn);
    return report.end();
  }

  private static Map<String, @Nullable Object> document(Shape shape, Crowd.Result result) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("shape", shape.toString());
    all.put("subscribers", result.subscribers());
    all.put("bundles", result.bundles());
    all.put("deliveries_per_second", result.deliveriesPerSecond());
    all.put("cpu_nanos_per_delivery", result.cpuNanosPerDelivery());
    return all;
  }
}
