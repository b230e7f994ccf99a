package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.Comparison;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code std::array}. */
final class ArrayModule {
  private ArrayModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::array",
        "Arrays.",
        List.of(
            Function.pure(
                "len",
                1,
                "Returns how many elements an array has.",
                arguments -> Value.of(arguments.array(0).size())),
            Function.pure(
                "is_empty",
                1,
                "Returns whether an array has no element.",
                arguments -> Value.of(arguments.array(0).size() == 0)),
            Function.pure(
                "contains",
                2,
                "Returns whether an element of an array is the value. Here an integer and a float"
                    + " are never the same.",
                arguments -> Value.of(Comparison.contains(arguments.array(0), arguments.any(1)))),
            Function.pure(
                "push",
                2,
                "Returns an array with one more element at the end.",
                arguments -> push(arguments.array(0), arguments.any(1))),
            Function.pure(
                "zip",
                2,
                "Returns the pairs of elements of two arrays of the same length.",
                arguments -> zip(arguments.array(0), arguments.array(1))),
            Function.pure(
                "unzip",
                1,
                "Returns the two arrays from which an array of pairs was zipped.",
                arguments -> unzip(arguments.array(0))),
            Function.pure(
                "flatten",
                1,
                "Returns an array in which arrays are replaced by their elements, at any depth. A"
                    + " value that is no array becomes the only element.",
                arguments -> flatten(arguments.any(0))),
            Function.pure(
                "coalesce",
                1,
                "Returns an array without its nulls.",
                arguments -> coalesce(arguments.array(0))),
            Function.pure(
                "join",
                2,
                "Returns the elements as one string, with a string between them. Here `1.0` looks"
                    + " like `1`.",
                arguments -> join(arguments.array(0), arguments.string(1)))));
  }

  private static Value push(ArrayValue array, Value value) {
    List<Value> elements = new ArrayList<>(array.elements());
    elements.add(value);
    return ArrayValue.of(elements);
  }

  private static Value zip(ArrayValue left, ArrayValue right) {
    if (left.size() != right.size()) {
      throw new BadArgument(
          "the arrays must have the same length, not " + left.size() + " and " + right.size());
    }
    List<Value> pairs = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      pairs.add(ArrayValue.of(left.get(i), right.get(i)));
    }
    return ArrayValue.of(pairs);
  }

  private static Value unzip(ArrayValue pairs) {
    List<Value> left = new ArrayList<>();
    List<Value> right = new ArrayList<>();
    for (Value pair : pairs) {
      if (!(pair instanceof ArrayValue array && array.size() == 2)) {
        throw new BadArgument("each element must be an array of two elements");
      }
      left.add(array.get(0));
      right.add(array.get(1));
    }
    return ArrayValue.of(ArrayValue.of(left), ArrayValue.of(right));
  }

  private static Value flatten(Value value) {
    List<Value> elements = new ArrayList<>();
    flattenInto(elements, value instanceof ArrayValue array ? array : ArrayValue.of(value));
    return ArrayValue.of(elements);
  }

  private static void flattenInto(List<Value> elements, ArrayValue array) {
    for (Value element : array) {
      if (element instanceof ArrayValue inner) {
        flattenInto(elements, inner);
      } else if (elements.size() < ArrayValue.MAX_MADE) {
        elements.add(element);
      } else {
        throw new BadArgument(
            "the array would have more than " + ArrayValue.MAX_MADE + " elements");
      }
    }
  }

  private static Value coalesce(ArrayValue array) {
    return ArrayValue.of(
        array.elements().stream().filter(element -> !(element instanceof Value.Null)).toList());
  }

  private static String text(Value element) {
    if (element instanceof Value.Real(double real)
        && Double.isFinite(real)
        && real == Math.rint(real)) {
      return (1 / real < 0 && real == 0 ? "-" : "") + new BigDecimal(real).toPlainString();
    }
    return Texts.of(element);
  }

  private static Value join(ArrayValue array, String separator) {
    return Value.of(
        array.elements().stream().map(ArrayModule::text).collect(Collectors.joining(separator)));
  }
}
