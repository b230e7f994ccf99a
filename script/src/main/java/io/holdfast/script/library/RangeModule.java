package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.Comparison;
import java.util.List;
import java.util.stream.LongStream;

/** {@code std::range}. */
final class RangeModule {
  private RangeModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::range",
        "Ranges of integers.",
        List.of(
            Function.pure(
                "range",
                2,
                "Returns the integers from one up to another, which is not part of them.",
                arguments -> range(arguments.integer(0), arguments.integer(1))),
            Function.pure(
                "contains",
                2,
                "Returns whether a value is between the first and the last element of an array.",
                arguments -> Value.of(contains(arguments.array(0), arguments.any(1))))));
  }

  private static boolean contains(ArrayValue range, Value value) {
    return range.size() > 0
        && notAbove(range.get(0), value)
        && notAbove(value, range.get(range.size() - 1));
  }

  private static boolean notAbove(Value left, Value right) {
    if (!Comparison.comparable(left, right)) {
      throw new BadArgument(left.type() + " and " + right.type() + " have no order");
    }
    return Comparison.ordered(left, right, order -> order <= 0);
  }

  private static Value range(long from, long to) {
    // The difference of two longs can overflow; then it is surely too large.
    long size = to - from;
    if (to > from && (size < 0 || size > ArrayValue.MAX_MADE)) {
      throw new BadArgument("a range may have " + ArrayValue.MAX_MADE + " elements");
    }
    List<Value> elements = LongStream.range(from, to).<Value>mapToObj(Value::of).toList();
    return ArrayValue.of(elements);
  }
}
