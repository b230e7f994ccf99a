package io.holdfast.script.compile;

import io.holdfast.script.Value;
import io.holdfast.script.operation.Arithmetic;
import io.holdfast.script.operation.Comparison;
import io.holdfast.script.syntax.BinaryOperator;
import io.holdfast.script.syntax.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Compiles operators. */
final class Operators {
  private Operators() {}

  static Node unary(UnaryOperator operator, Node operand, Site site) {
    return frame -> {
      Value value = operand.eval(frame);
      Value result = failing(site, () -> apply(operator, value));
      if (result == null) {
        throw site.failure(
            "`" + operator.spelling() + "` is not defined for the type " + value.type());
      }
      return result;
    };
  }

  private static @Nullable Value apply(UnaryOperator operator, Value value) {
    return switch (operator) {
      case PLUS -> Comparison.isNumber(value) ? value : null;
      case MINUS -> Arithmetic.negate(value);
      case NOT -> value instanceof Value.Bool bool ? Value.of(!bool.value()) : null;
      case BIT_NOT -> Arithmetic.bitNot(value);
    };
  }

  /** Both operands are always evaluated, those of {@code and} and {@code or} too. */
  static Node binary(BinaryOperator operator, Node left, Node right, Site site) {
    return switch (operator) {
      case EQUAL -> frame -> Value.of(Comparison.equal(left.eval(frame), right.eval(frame)));
      case NOT_EQUAL -> frame -> Value.of(!Comparison.equal(left.eval(frame), right.eval(frame)));
      default -> frame -> apply(operator, left.eval(frame), right.eval(frame), site);
    };
  }

  static Value apply(BinaryOperator operator, Value left, Value right, Site site) {
    Value result = failing(site, () -> apply(operator, left, right));
    if (result == null) {
      throw mismatch(operator, left, right, site);
    }
    return result;
  }

  private static @Nullable Value apply(BinaryOperator operator, Value left, Value right) {
    return switch (operator) {
      case EQUAL -> Value.of(Comparison.equal(left, right));
      case NOT_EQUAL -> Value.of(!Comparison.equal(left, right));
      case LESS -> order(left, right, sign -> sign < 0);
      case LESS_EQUAL -> order(left, right, sign -> sign <= 0);
      case GREATER -> order(left, right, sign -> sign > 0);
      case GREATER_EQUAL -> order(left, right, sign -> sign >= 0);
      case ADD -> Arithmetic.add(left, right);
      case SUBTRACT -> Arithmetic.subtract(left, right);
      case MULTIPLY -> Arithmetic.multiply(left, right);
      case DIVIDE -> Arithmetic.divide(left, right);
      case REMAINDER -> Arithmetic.remainder(left, right);
      case BIT_AND -> Arithmetic.bitAnd(left, right);
      case BIT_XOR -> Arithmetic.bitXor(left, right);
      case SHIFT_LEFT -> Arithmetic.shiftLeft(left, right);
      case SHIFT_RIGHT -> Arithmetic.shiftRight(left, right);
      case SHIFT_RIGHT_UNSIGNED -> Arithmetic.shiftRightUnsigned(left, right);
      case XOR, AND, OR ->
          left instanceof Value.Bool(boolean a) && right instanceof Value.Bool(boolean b)
              ? Value.of(
                  switch (operator) {
                    case AND -> a && b;
                    case OR -> a || b;
                    default -> a ^ b;
                  })
              : null;
    };
  }

  private static @Nullable Value order(Value left, Value right, Comparison.Order order) {
    return Comparison.comparable(left, right)
        ? Value.of(Comparison.ordered(left, right, order))
        : null;
  }

  private interface Computation {
    @Nullable Value run();
  }

  private static @Nullable Value failing(Site site, Computation computation) {
    try {
      return computation.run();
    } catch (ArithmeticException e) {
      String reason = e.getMessage();
      throw site.failure(reason == null ? "arithmetic error" : reason);
    }
  }

  private static io.holdfast.script.ScriptException mismatch(
      BinaryOperator operator, Value left, Value right, Site site) {
    return site.failure(
        "`"
            + operator.spelling()
            + "` is not defined for the types "
            + left.type()
            + " and "
            + right.type());
  }
}
