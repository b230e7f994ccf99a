package io.holdfast.server;

import io.holdfast.script.Diagnostic;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be run, with everything that is wrong in all of its files. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  /**
   * A refusal.
   *
   * @param diagnostics the errors and warnings of all files, file by file; at least one error
   */
  public ConfigurationException(List<Diagnostic> diagnostics) {
    super(diagnostics.stream().map(Diagnostic::header).collect(Collectors.joining("\n")));
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** What was found: at least one error, and the warnings, file by file. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
