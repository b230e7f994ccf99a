package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;

/** {@code std::binary}. */
final class BinaryModule {
  private static final int BYTE_MAX = 255;

  private BinaryModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::binary",
        "Bytes.",
        List.of(
            Function.pure(
                "len",
                1,
                "Returns how many bytes there are.",
                arguments -> Value.of(arguments.bytes(0).size())),
            Function.pure(
                "into_bytes",
                1,
                "Returns bytes as an array of integers from 0 to 255.",
                arguments -> intoArray(arguments.bytes(0))),
            Function.pure(
                "from_bytes",
                1,
                "Returns the bytes of an array of integers from 0 to 255.",
                arguments -> fromArray(arguments.array(0)))));
  }

  private static Value intoArray(Value.Bytes bytes) {
    if (bytes.size() > ArrayValue.MAX_MADE) {
      throw new BadArgument("at most " + ArrayValue.MAX_MADE + " bytes can become an array");
    }
    List<Value> elements = new ArrayList<>(bytes.size());
    for (byte b : bytes.toByteArray()) {
      elements.add(Value.of(b & BYTE_MAX));
    }
    return ArrayValue.of(elements);
  }

  private static Value fromArray(ArrayValue array) {
    byte[] bytes = new byte[array.size()];
    for (int i = 0; i < bytes.length; i++) {
      if (array.get(i) instanceof Value.Int element
          && element.value() >= 0
          && element.value() <= BYTE_MAX) {
        bytes[i] = (byte) element.value();
      } else {
        throw new BadArgument("each element must be an integer from 0 to " + BYTE_MAX);
      }
    }
    return new Value.Bytes(bytes);
  }
}
