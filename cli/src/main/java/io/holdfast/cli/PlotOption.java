package io.holdfast.cli;

import io.holdfast.cli.bench.LogPlot;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of a benchmark that draws. */
final class PlotOption {
  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draws the result as SVG, light or dark as the reader prefers.")
  private @Nullable Path file;

  /** Writes it to where the user wants it, if anywhere. */
  void write(LogPlot drawn) throws IOException {
    if (file != null) {
      drawn.write(file);
    }
  }
}
