package io.holdfast.script.library;

/** A function that cannot do its work with these arguments. The caller adds the place. */
public final class BadArgument extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what is wrong with the arguments, for people
   */
  public BadArgument(String message) {
    super(message, null, false, false);
  }
}
