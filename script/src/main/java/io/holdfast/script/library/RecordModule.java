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
                "Returns a record with those fields whose keys are in an array.",
                arguments -> select(arguments.fields(0), arguments.array(1))),
            Function.pure(
                "rename",
                2,
                "Returns a record whose keys are replaced as a record of old and new keys says.",
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
      if (!(key instanceof Value.Text text)) {
        throw new BadArgument("each key must be a string, not " + key.type());
      }
      Value value = fields.get(text.value());
      if (value != null) {
        builder.put(text.value(), value);
      }
    }
    return builder.build();
  }

  private static Value rename(RecordValue fields, RecordValue names) {
    RecordValue.Builder builder = RecordValue.builder();
    for (String key : fields.keys()) {
      Value value = fields.get(key);
      Value name = names.get(key);
      if (value == null) {
        continue;
      }
      switch (name) {
        case null -> builder.put(key, value);
        case Value.Text text -> builder.put(text.value(), value);
        default -> throw new BadArgument("each new key must be a string, not " + name.type());
      }
    }
    return builder.build();
  }
}
