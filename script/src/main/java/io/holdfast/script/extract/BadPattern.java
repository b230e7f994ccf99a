package io.holdfast.script.extract;

/** The text between the bars is no pattern of its extractor. The caller adds the place. */
public final class BadPattern extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what is wrong with the pattern, for people
   */
  public BadPattern(String message) {
    super(message, null, false, false);
  }
}
