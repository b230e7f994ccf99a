package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.List;
import java.util.function.Predicate;

/** {@code std::type}. */
final class TypeModule {
  private TypeModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::type",
        "What values are.",
        List.of(
            Function.pure(
                "as_string",
                1,
                "Returns the name of the value's type: null, bool, integer, float, string, bytes,"
                    + " array or record.",
                arguments -> Value.of(arguments.any(0).type())),
            test("null", "null", value -> value instanceof Value.Null),
            test("bool", "a bool", value -> value instanceof Value.Bool),
            test("integer", "an integer", TypeModule::isInteger),
            test("float", "a float", value -> value instanceof Value.Real),
            test(
                "number",
                "an integer or a float",
                value -> isInteger(value) || value instanceof Value.Real),
            test("string", "a string", value -> value instanceof Value.Text),
            test("binary", "bytes", value -> value instanceof Value.Bytes),
            test("array", "an array", value -> value instanceof ArrayValue),
            test("record", "a record", value -> value instanceof RecordValue)));
  }

  private static Function test(String type, String described, Predicate<Value> test) {
    return Function.pure(
        "is_" + type,
        1,
        "Returns whether the value is " + described + ".",
        arguments -> Value.of(test.test(arguments.any(0))));
  }

  private static boolean isInteger(Value value) {
    return value instanceof Value.Int || value instanceof Value.Unsigned;
  }
}
