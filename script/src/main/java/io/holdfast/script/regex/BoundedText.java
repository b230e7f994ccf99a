package io.holdfast.script.regex;

/** A text that can be looked at so many times only: what backtracks without end is stopped. */
final class BoundedText implements CharSequence {
  private static final long BASE_STEPS = 1_000_000;
  private static final long STEPS_PER_CHAR = 2_000;

  /** So many take about a second, however long the text is. */
  private static final long MAX_STEPS = 1 << 26;

  private final CharSequence text;
  private final Budget budget;

  BoundedText(String text) {
    this(text, new Budget(Math.min(MAX_STEPS, BASE_STEPS + STEPS_PER_CHAR * text.length())));
  }

  /** A text of which each character can be looked at so many times, on average. */
  BoundedText(String text, int stepsPerChar) {
    this(text, new Budget((long) stepsPerChar * (text.length() + 1)));
  }

  private BoundedText(CharSequence text, Budget budget) {
    this.text = text;
    this.budget = budget;
  }

  /** The bound is reached. */
  static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySteps() {
      super(null, null, false, false);
    }
  }

  private static final class Budget {
    private long steps;

    Budget(long steps) {
      this.steps = steps;
    }

    void take() {
      if (--steps < 0) {
        throw new TooManySteps();
      }
    }
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    budget.take();
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new BoundedText(text.subSequence(start, end), budget);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
