package io.holdfast.script.syntax;

/** An operator before one operand. */
public enum UnaryOperator {
  /** Leaves a number as it is. */
  PLUS("+"),
  /** Negates a number. */
  MINUS("-"),
  /** Negates a bool. */
  NOT("not"),
  /** Negates a bool, or each bit of an integer. */
  BIT_NOT("!");

  private final String spelling;

  UnaryOperator(String spelling) {
    this.spelling = spelling;
  }

  /**
   * Returns how it is written.
   *
   * @return the spelling
   */
  public String spelling() {
    return spelling;
  }
}
