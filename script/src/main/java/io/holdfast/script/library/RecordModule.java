package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;

/** {@code std::record}. */
final class RecordModule {
  private RecordModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::record",
        "Records.",
        List.of(
            Function.pure(
                "len",
                1,
                "Returns how many fields a record has.",
                arguments -> Value.of(arguments.fields(0).size())),
            Function.pure(
                "is_empty",
                1,
                "Returns whether a record has no field.",
                arguments -> Value.of(arguments.fields(0).size() == 0)),
            Function.pure(
                "contains",
                2,
                "Returns whether a record has a key.",
                arguments -> Value.of(arguments.fields(0).has(arguments.string(1)))),
            Function.pure(
                "keys", 1, "Returns the keys of a record.", arguments -> keys(arguments.fields(0))),
            Function.pure(
                "values",
                1,
                "Returns the values of a record.",
                arguments -> values(arguments.fields(0))),
            Function.pure(
                "to_array",
                1,
                "Returns the fields of a record, each as an array of key and value.",
                arguments -> toArray(arguments.fields(0))),
            Function.pure(
                "from_array",
                1,
                "Returns a record of fields, each an array of key and value.",
                arguments -> fromArray(arguments.array(0))),
            Function.pure(
                "select",
                2,
                "Returns a record with those fields whose keys are in an array. Elements of the"
                    + " array that are no strings count for nothing.",
                arguments -> select(arguments.fields(0), arguments.array(1))),
            Function.pure(
                "merge",
                2,
                "Returns a record with the fields of two records; the second's take precedence.",
                arguments -> merge(arguments.fields(0), arguments.fields(1))),
            Function.pure(
                "rename",
                2,
                "Returns a record whose keys are replaced as a record of old and new keys says. A"
                    + " new key that is no string counts for nothing.",
                arguments -> rename(arguments.fields(0), arguments.fields(1)))));
  }

  private static Value keys(RecordValue fields) {
    List<Value> keys = new ArrayList<>();
    fields.forEach((key, _) -> keys.add(Value.of(key)));
    return ArrayValue.of(keys);
  }

  private static Value values(RecordValue fields) {
    List<Value> values = new ArrayList<>();
    fields.forEach((_, value) -> values.add(value));
    return ArrayValue.of(values);
  }

  private static Value toArray(RecordValue fields) {
    List<Value> pairs = new ArrayList<>();
    fields.forEach((key, value) -> pairs.add(ArrayValue.of(Value.of(key), value)));
    return ArrayValue.of(pairs);
  }

  private static Value fromArray(ArrayValue pairs) {
    RecordValue.Builder builder = RecordValue.builder();
    for (Value pair : pairs) {
      if (pair instanceof ArrayValue array
          && array.size() == 2
          && array.get(0) instanceof Value.Text key) {
        builder.put(key.value(), array.get(1));
      } else {
        throw new BadArgument("each element must be an array of a string and a value");
      }
    }
    return builder.build();
  }

  private static Value select(RecordValue fields, ArrayValue keys) {
    RecordValue.Builder builder = RecordValue.builder();
    for (Value key : keys) {
      if (key instanceof Value.Text(String name)) {
        Value value = fields.get(name);
        if (value != null) {
          builder.put(name, value);
        }
      }
    }
    return builder.build();
  }

  private static Value merge(RecordValue left, RecordValue right) {
    RecordValue.Builder builder = RecordValue.builder();
    left.forEach(builder::put);
    right.forEach(builder::put);
    return builder.build();
  }

  private static Value rename(RecordValue fields, RecordValue names) {
    RecordValue.Builder builder = RecordValue.builder();
    fields.forEach(
        (key, value) ->
            builder.put(names.get(key) instanceof Value.Text name ? name.value() : key, value));
    return builder.build();
  }
}
