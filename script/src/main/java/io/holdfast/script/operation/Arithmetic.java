package io.holdfast.script.operation;

import io.holdfast.script.Value;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sums, products and bits.
 *
 * <p>Integers are computed exactly. A result between 2<sup>63</sup> and 2<sup>64</sup> - 1 is
 * unsigned; one outside of 64 bits is an error. All methods return null where the types of the
 * operands do not fit, and throw an {@link ArithmeticException} with a message for people where
 * their values do not.
 */
public final class Arithmetic {
  private static final BigInteger UNSIGNED_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  /** The longest string: a script that doubles one with each event must not take all memory. */
  public static final int MAX_STRING = 1 << 27;

  private static final BigInteger SIGNED_MIN = BigInteger.valueOf(Long.MIN_VALUE);

  private Arithmetic() {}

  /**
   * Adds numbers, or puts one string after the other.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value add(Value left, Value right) {
    if (left instanceof Value.Int a && right instanceof Value.Int b) {
      long sum = a.value() + b.value();
      // Only operands of the same sign can overflow, and then the sum has the other one.
      if (((a.value() ^ sum) & (b.value() ^ sum)) >= 0) {
        return Value.of(sum);
      }
    }
    if (left instanceof Value.Text a && right instanceof Value.Text b) {
      if ((long) a.value().length() + b.value().length() > MAX_STRING) {
        throw new ArithmeticException("the string would have more than " + MAX_STRING + " chars");
      }
      return Value.of(a.value() + b.value());
    }
    if (!numbers(left, right)) {
      return null;
    }
    return reals(left, right)
        ? Value.of(Comparison.toDouble(left) + Comparison.toDouble(right))
        : exact(big(left).add(big(right)));
  }

  /**
   * Subtracts numbers.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value subtract(Value left, Value right) {
    if (!numbers(left, right)) {
      return null;
    }
    if (left instanceof Value.Int a && right instanceof Value.Int b) {
      long difference = a.value() - b.value();
      if (((a.value() ^ b.value()) & (a.value() ^ difference)) >= 0) {
        return Value.of(difference);
      }
    }
    return reals(left, right)
        ? Value.of(Comparison.toDouble(left) - Comparison.toDouble(right))
        : exact(big(left).subtract(big(right)));
  }

  /**
   * Multiplies numbers.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value multiply(Value left, Value right) {
    if (!numbers(left, right)) {
      return null;
    }
    if (left instanceof Value.Int a && right instanceof Value.Int b) {
      long product = a.value() * b.value();
      if (Math.multiplyHigh(a.value(), b.value()) == (product >> (Long.SIZE - 1))) {
        return Value.of(product);
      }
    }
    return reals(left, right)
        ? Value.of(Comparison.toDouble(left) * Comparison.toDouble(right))
        : exact(big(left).multiply(big(right)));
  }

  /**
   * Divides numbers; the quotient is a float.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value divide(Value left, Value right) {
    return numbers(left, right)
        ? Value.of(Comparison.toDouble(left) / Comparison.toDouble(right))
        : null;
  }

  /**
   * Returns the remainder of integers, with the sign of the left one.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value remainder(Value left, Value right) {
    if (!integers(left, right)) {
      return null;
    }
    BigInteger divisor = big(right);
    if (divisor.signum() == 0) {
      throw new ArithmeticException("division by zero");
    }
    if (left instanceof Value.Int a && right instanceof Value.Int b) {
      return Value.of(a.value() % b.value());
    }
    return exact(big(left).remainder(divisor));
  }

  /**
   * Negates a number. The result for an integer is a signed one.
   *
   * @param operand the operand
   * @return the result, or null if the type does not fit
   */
  public static @Nullable Value negate(Value operand) {
    return switch (operand) {
      case Value.Int integer when integer.value() != Long.MIN_VALUE -> Value.of(-integer.value());
      case Value.Real real -> Value.of(-real.value());
      case Value.Int _, Value.Unsigned _ ->
          throw new ArithmeticException("the result does not fit into 64 bits");
      default -> null;
    };
  }

  /**
   * Negates a bool, or each bit of an integer.
   *
   * @param operand the operand
   * @return the result, or null if the type does not fit
   */
  public static @Nullable Value bitNot(Value operand) {
    return switch (operand) {
      case Value.Bool bool -> Value.of(!bool.value());
      case Value.Int integer ->
          integer.value() >= 0 ? Value.ofUnsigned(~integer.value()) : Value.of(~integer.value());
      case Value.Unsigned integer -> Value.of(~integer.bits());
      default -> null;
    };
  }

  /**
   * Combines the bits of integers, or bools, by and.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value bitAnd(Value left, Value right) {
    if (left instanceof Value.Bool a && right instanceof Value.Bool b) {
      return Value.of(a.value() && b.value());
    }
    return integers(left, right) ? exact(big(left).and(big(right))) : null;
  }

  /**
   * Combines the bits of integers, or bools, by exclusive or.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value bitXor(Value left, Value right) {
    if (left instanceof Value.Bool a && right instanceof Value.Bool b) {
      return Value.of(a.value() ^ b.value());
    }
    return integers(left, right) ? exact(big(left).xor(big(right))) : null;
  }

  /**
   * Shifts the bits of an integer to the left.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value shiftLeft(Value left, Value right) {
    if (!integers(left, right)) {
      return null;
    }
    long shifted = bits(left) << shiftBy(right);
    return isNegative(left) ? Value.of(shifted) : Value.ofUnsigned(shifted);
  }

  /**
   * Shifts the bits of an integer to the right; its sign stays.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value shiftRight(Value left, Value right) {
    if (!integers(left, right)) {
      return null;
    }
    return isNegative(left)
        ? Value.of(bits(left) >> shiftBy(right))
        : Value.ofUnsigned(bits(left) >>> shiftBy(right));
  }

  /**
   * Shifts the bits of an integer to the right; zeros come in.
   *
   * @param left the left operand
   * @param right the right operand
   * @return the result, or null if the types do not fit
   */
  public static @Nullable Value shiftRightUnsigned(Value left, Value right) {
    // By nothing, a negative integer stays what it is.
    return integers(left, right) ? Value.of(bits(left) >>> shiftBy(right)) : null;
  }

  static double unsignedToDouble(long bits) {
    // Halving keeps the lowest bit, so that rounding to nearest still sees it.
    return bits >= 0 ? (double) bits : ((double) ((bits >>> 1) | (bits & 1))) * 2.0;
  }

  private static int shiftBy(Value distance) {
    if (distance instanceof Value.Int integer
        && integer.value() >= 0
        && integer.value() < Long.SIZE) {
      return (int) integer.value();
    }
    throw new ArithmeticException("cannot shift by " + distance + " bits");
  }

  private static boolean isNegative(Value integer) {
    return integer instanceof Value.Int signed && signed.value() < 0;
  }

  private static boolean numbers(Value left, Value right) {
    return Comparison.isNumber(left) && Comparison.isNumber(right);
  }

  private static boolean reals(Value left, Value right) {
    return left instanceof Value.Real || right instanceof Value.Real;
  }

  private static boolean integers(Value left, Value right) {
    return numbers(left, right) && !reals(left, right);
  }

  private static long bits(Value integer) {
    return big(integer).longValue();
  }

  private static BigInteger big(Value integer) {
    return switch (integer) {
      case Value.Int signed -> BigInteger.valueOf(signed.value());
      case Value.Unsigned unsigned -> BigInteger.valueOf(unsigned.bits()).and(UNSIGNED_MAX);
      default -> throw new IllegalArgumentException("no integer: " + integer.type());
    };
  }

  private static Value exact(BigInteger value) {
    if (value.compareTo(SIGNED_MIN) < 0 || value.compareTo(UNSIGNED_MAX) > 0) {
      throw new ArithmeticException("the result does not fit into 64 bits");
    }
    return value.bitLength() < Long.SIZE
        ? Value.of(value.longValue())
        : Value.ofUnsigned(value.longValue());
  }
}
