package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.Comparison;
import java.util.List;

/**
 * The arguments of one call. The accessors with a type throw {@link BadArgument} if the argument
 * has another one.
 *
 * @param values the arguments in order; as many as the function's arity allows
 */
public record Arguments(List<Value> values) {
  /**
   * Returns how many arguments there are.
   *
   * @return the number of arguments
   */
  public int size() {
    return values.size();
  }

  /**
   * Returns an argument of any type.
   *
   * @param index its place, from 0
   * @return the argument
   */
  public Value any(int index) {
    return values.get(index);
  }

  /**
   * Returns a string.
   *
   * @param index its place, from 0
   * @return the argument
   */
  public String string(int index) {
    if (any(index) instanceof Value.Text text) {
      return text.value();
    }
    throw expected(index, "a string");
  }

  /**
   * Returns an integer of at most 63 bits and a sign.
   *
   * @param index its place, from 0
   * @return the argument
   */
  public long integer(int index) {
    if (any(index) instanceof Value.Int integer) {
      return integer.value();
    }
    throw expected(index, "an integer");
  }

  /**
   * Returns a number as a float.
   *
   * @param index its place, from 0
   * @return the argument
   */
  public double number(int index) {
    if (Comparison.isNumber(any(index))) {
      return Comparison.toDouble(any(index));
    }
    throw expected(index, "a number");
  }

  /**
   * Returns an array.
   *
   * @param index its place, from 0
   * @return the argument
   */
  public ArrayValue array(int index) {
    if (any(index) instanceof ArrayValue array) {
      return array;
    }
    throw expected(index, "an array");
  }

  /**
   * Returns a record.
   *
   * @param index its place, from 0
   * @return the argument
   */
  public RecordValue fields(int index) {
    if (any(index) instanceof RecordValue fields) {
      return fields;
    }
    throw expected(index, "a record");
  }

  /**
   * Returns bytes.
   *
   * @param index its place, from 0
   * @return the argument
   */
  public Value.Bytes bytes(int index) {
    if (any(index) instanceof Value.Bytes bytes) {
      return bytes;
    }
    throw expected(index, "bytes");
  }

  /**
   * Returns the exception for an argument of the wrong type.
   *
   * @param index its place, from 0
   * @param type the type that is wanted, with its article
   * @return the exception, to be thrown
   */
  public BadArgument expected(int index, String type) {
    String which = size() == 1 ? "the argument" : "argument " + (index + 1);
    return new BadArgument(which + " must be " + type + ", not " + any(index).type());
  }
}
