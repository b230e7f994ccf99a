package io.holdfast.script.syntax;

/** An operator between two operands, loosest binding first. */
public enum BinaryOperator {
  /** Logical or. */
  OR("or", 1),
  /** Logical exclusive or. */
  XOR("xor", 2),
  /** Logical and. */
  AND("and", 3),
  /** Exclusive or of bits or bools. */
  BIT_XOR("^", 4),
  /** And of bits or bools. */
  BIT_AND("&", 5),
  /** Equality of any two values. */
  EQUAL("==", 6),
  /** Inequality of any two values. */
  NOT_EQUAL("!=", 6),
  /** Order of numbers or strings. */
  LESS("<", 7),
  /** Order of numbers or strings. */
  LESS_EQUAL("<=", 7),
  /** Order of numbers or strings. */
  GREATER(">", 7),
  /** Order of numbers or strings. */
  GREATER_EQUAL(">=", 7),
  /** Shift of bits to the left. */
  SHIFT_LEFT("<<", 8),
  /** Shift of bits to the right, the sign stays. */
  SHIFT_RIGHT(">>", 8),
  /** Shift of bits to the right, zeros come in. */
  SHIFT_RIGHT_UNSIGNED(">>>", 8),
  /** Sum of numbers, or one string after the other. */
  ADD("+", 9),
  /** Difference of numbers. */
  SUBTRACT("-", 9),
  /** Product of numbers. */
  MULTIPLY("*", 10),
  /** Quotient of numbers, always a float. */
  DIVIDE("/", 10),
  /** Remainder of integers. */
  REMAINDER("%", 10);

  private final String spelling;
  private final int precedence;

  BinaryOperator(String spelling, int precedence) {
    this.spelling = spelling;
    this.precedence = precedence;
  }

  /**
   * Returns how it is written.
   *
   * @return the spelling
   */
  public String spelling() {
    return spelling;
  }

  /** Returns how tightly it binds; all operators are left-associative. */
  int precedence() {
    return precedence;
  }

  /** Returns whether it may stand in the test of a record pattern. */
  boolean isComparison() {
    return precedence == EQUAL.precedence || precedence == LESS.precedence;
  }
}
