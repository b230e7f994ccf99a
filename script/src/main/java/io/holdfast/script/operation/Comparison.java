package io.holdfast.script.operation;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The language's equality and order. */
public final class Comparison {
  /** Floats that differ by less are equal. */
  private static final double EPSILON = Math.ulp(1.0);

  private Comparison() {}

  /**
   * Returns whether two values are equal; numbers are so across their types, and a string equals
   * its bytes in UTF-8.
   *
   * @param left one value
   * @param right the other
   * @return whether they are equal
   * @throws TooMuchWork if they have too many parts
   */
  public static boolean equal(Value left, Value right) {
    return (left instanceof ArrayValue || left instanceof RecordValue)
        ? equal(left, right, Work.ofLooking(), Comparison::equalScalars)
        : equalScalars(left, right);
  }

  /** How two values are compared that are not both arrays or both records. */
  private interface Scalars {
    boolean areEqual(Value left, Value right);
  }

  private static boolean equal(Value left, Value right, Work work, Scalars scalars) {
    work.take();
    if (left instanceof ArrayValue array && right instanceof ArrayValue other) {
      return equal(array, other, work, scalars);
    }
    if (left instanceof RecordValue fields && right instanceof RecordValue other) {
      return equal(fields, other, work, scalars);
    }
    return scalars.areEqual(left, right);
  }

  private static boolean equalScalars(Value left, Value right) {
    return switch (left) {
      case Value.Real real -> isNumber(right) && equal(real.value(), toDouble(right));
      case Value.Int integer ->
          right instanceof Value.Real real
              ? equal((double) integer.value(), real.value())
              : integer.equals(right);
      case Value.Unsigned integer ->
          right instanceof Value.Real real
              ? equal(toDouble(integer), real.value())
              : integer.equals(right);
      case Value.Text text when right instanceof Value.Bytes bytes ->
          compareBytes(text, bytes) == 0;
      case Value.Bytes bytes when right instanceof Value.Text text ->
          compareBytes(bytes, text) == 0;
      default -> left.equals(right);
    };
  }

  private static boolean equal(double left, double right) {
    return left == right || Math.abs(left - right) < EPSILON;
  }

  private static boolean equal(ArrayValue left, ArrayValue right, Work work, Scalars scalars) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!equal(left.get(i), right.get(i), work, scalars)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(RecordValue left, RecordValue right, Work work, Scalars scalars) {
    if (left.size() != right.size()) {
      return false;
    }
    for (String key : left.keys()) {
      Value mine = left.get(key);
      Value other = right.get(key);
      if (mine == null || other == null || !equal(mine, other, work, scalars)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether an element of an array is the same as a value. Here an integer and a float
   * never are.
   *
   * @param array the array
   * @param value the value
   * @return whether it is there
   * @throws TooMuchWork if the values have too many parts
   */
  public static boolean contains(ArrayValue array, Value value) {
    Work work = Work.ofLooking();
    for (Value element : array) {
      if (equal(element, value, work, Value::equals)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether two values are the same. Unlike for the operator {@code ==}, an integer and a
   * float never are.
   *
   * @param left one value
   * @param right the other
   * @return whether they are
   * @throws TooMuchWork if the values have too many parts
   */
  public static boolean same(Value left, Value right) {
    return equal(left, right, Work.ofLooking(), Value::equals);
  }

  /**
   * Returns whether two values have an order: both numbers, or both strings or bytes.
   *
   * @param left one value
   * @param right the other
   * @return whether they can be compared
   */
  public static boolean comparable(Value left, Value right) {
    return (isNumber(left) && isNumber(right)) || (isBytes(left) && isBytes(right));
  }

  private static boolean isBytes(Value value) {
    return value instanceof Value.Text || value instanceof Value.Bytes;
  }

  private static int compareBytes(Value left, Value right) {
    return Arrays.compareUnsigned(toBytes(left), toBytes(right));
  }

  private static byte[] toBytes(Value value) {
    return switch (value) {
      case Value.Text(String text) -> text.getBytes(StandardCharsets.UTF_8);
      case Value.Bytes bytes -> bytes.toByteArray();
      default -> throw new IllegalArgumentException("no bytes: " + value.type());
    };
  }

  /** A test on how two values lie to each other. */
  @FunctionalInterface
  public interface Order {
    /**
     * Tests a comparison.
     *
     * @param sign negative, zero or positive, as the left value lies below, at or above the right
     * @return whether the order holds
     */
    boolean holds(int sign);
  }

  /**
   * Returns whether an order holds between comparable values; none holds for NaN.
   *
   * @param left the left value
   * @param right the right value
   * @param order the order
   * @return whether it holds
   */
  public static boolean ordered(Value left, Value right, Order order) {
    if (left instanceof Value.Text text && right instanceof Value.Text other) {
      return order.holds(compareCodePoints(text.value(), other.value()));
    }
    if (isBytes(left)) {
      return order.holds(compareBytes(left, right));
    }
    if (left instanceof Value.Int one && right instanceof Value.Int other) {
      return order.holds(Long.compare(one.value(), other.value()));
    }
    if (left instanceof Value.Real || right instanceof Value.Real) {
      double one = toDouble(left);
      double other = toDouble(right);
      boolean unordered = Double.isNaN(one) || Double.isNaN(other);
      return !unordered && order.holds(one == other ? 0 : Double.compare(one, other));
    }
    // Two integers of which at least one lies above the signed range.
    if (left instanceof Value.Unsigned one && right instanceof Value.Unsigned other) {
      return order.holds(Long.compareUnsigned(one.bits(), other.bits()));
    }
    return order.holds(left instanceof Value.Unsigned ? 1 : -1);
  }

  /**
   * Returns whether a value is an integer or a float.
   *
   * @param value the value
   * @return whether it is a number
   */
  public static boolean isNumber(Value value) {
    return value instanceof Value.Int
        || value instanceof Value.Real
        || value instanceof Value.Unsigned;
  }

  /**
   * Returns a number as a float.
   *
   * @param number an integer or a float
   * @return the nearest float
   */
  public static double toDouble(Value number) {
    return switch (number) {
      case Value.Real real -> real.value();
      case Value.Int integer -> (double) integer.value();
      case Value.Unsigned integer -> Arithmetic.unsignedToDouble(integer.bits());
      default -> throw new IllegalArgumentException("no number: " + number.type());
    };
  }

  /** Orders as the bytes of UTF-8 would; chars alone do not, above U+FFFF. */
  private static int compareCodePoints(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        return Character.isSurrogate(a) == Character.isSurrogate(b)
            ? Character.compare(a, b)
            : Character.isSurrogate(a) ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
