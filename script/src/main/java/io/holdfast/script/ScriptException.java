package io.holdfast.script;

/**
 * A runtime error of a script or query, at a place of its source. It concerns one event; the next
 * one may be tried. Carries no stack trace, as such errors come with data, at its rate.
 */
public final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Diagnostic diagnostic;

  /**
   * Makes the exception for an error.
   *
   * @param diagnostic the error and its place
   */
  public ScriptException(Diagnostic diagnostic) {
    super(null, null, false, false);
    this.diagnostic = diagnostic;
  }

  /**
   * Returns the error and its place.
   *
   * @return the diagnostic
   */
  public Diagnostic diagnostic() {
    return diagnostic;
  }

  /**
   * Returns the error as one line.
   *
   * @return {@code NAME:LINE:COLUMN: error: message}
   */
  @Override
  public String getMessage() {
    return diagnostic.header();
  }
}
