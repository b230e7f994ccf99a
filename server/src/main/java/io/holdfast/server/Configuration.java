package io.holdfast.server;

import io.holdfast.script.Diagnostic;
import io.holdfast.server.tremor.TremorDialect;
import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that was read and found right.
 *
 * @param plan what is to run
 * @param warnings what a person may want to look at, file by file
 */
public record Configuration(Plan plan, List<Diagnostic> warnings) {
  /** Copies the list. */
  public Configuration {
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads configuration files and queries, in any order. Touches nothing but these files.
   *
   * @param files the files; messages name them as they are named here
   * @param dataDirectory where buffers live whose query names no directory
   * @param workingDirectory what a directory in a query is relative to
   * @throws ConfigurationException with everything that is wrong in any of them
   */
  public static Configuration read(List<Path> files, Path dataDirectory, Path workingDirectory) {
    return TremorDialect.read(files, dataDirectory, workingDirectory);
  }
}
