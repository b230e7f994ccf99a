package io.holdfast.script;

import java.util.List;
import java.util.stream.Collectors;

/** A source that cannot be loaded, with everything that is wrong in it. */
public final class LoadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  LoadException(List<Diagnostic> diagnostics) {
    super(diagnostics.stream().map(Diagnostic::header).collect(Collectors.joining("\n")));
    this.diagnostics = List.copyOf(diagnostics);
  }

  /**
   * Returns what was found, in the order of the source: at least one error, and the warnings.
   *
   * @return the diagnostics
   */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
