package io.holdfast.cli;

import io.holdfast.script.Diagnostic;
import io.holdfast.server.Configuration;
import io.holdfast.server.ConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say what to run, and where it keeps events. */
final class ConfigurationOptions {
  @Option(
      names = {"-f", "--files"},
      arity = "1..*",
      required = true,
      paramLabel = "FILE",
      description = "Configuration (.yaml, .yml) and queries (.trickle), in any order.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "${env:HOLDFAST_DATA_DIR:-holdfast-data}",
      description = {
        "Where buffers live whose query names no directory.",
        "Default: $HOLDFAST_DATA_DIR, else holdfast-data in the working directory."
      })
  private Path dataDirectory = Path.of("holdfast-data");

  /** Where buffers live, absolute. */
  Path dataDirectory() {
    return dataDirectory.toAbsolutePath().normalize();
  }

  /** What relative paths are relative to, absolute. */
  Path workingDirectory() {
    return Path.of("").toAbsolutePath();
  }

  /**
   * Reads the files and shows what is odd in them.
   *
   * @throws ConfigurationException when something is wrong
   */
  Configuration read(Console console) {
    Configuration configuration = Configuration.read(files, dataDirectory(), workingDirectory());
    show(console, configuration.warnings());
    return configuration;
  }

  /** Shows what was found, each with the line that it is about where there is one. */
  static void show(Console console, List<Diagnostic> diagnostics) {
    for (Diagnostic found : diagnostics) {
      console.say(found.source().text().isEmpty() ? found.header() : found.render());
    }
  }
}
