package io.holdfast.script.library;

import io.holdfast.script.Value;
import io.holdfast.script.operation.SortedJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** {@code tremor::chash}. */
final class ChashModule {
  /** What the reference uses, so that both spread keys in the same way. */
  private static final long KEY_0 = 8_390_880_576_440_238_080L;

  private static final long KEY_1 = 128_034_676_764_530L;
  private static final long UNSIGNED_32_MAX = 0xFFFF_FFFFL;

  private ChashModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "tremor::chash",
        "Consistent hashing: where the number of slots changes, few keys change their slot.",
        List.of(
            Function.pure(
                "jump",
                2,
                "Returns the slot of a string among so many, from 0.",
                arguments -> slot(KEY_0, KEY_1, arguments, 0)),
            Function.pure(
                "jump_with_keys",
                4,
                "Returns the slot of a string, the third argument, among so many; the first two"
                    + " are integers that seed the hash.",
                arguments -> slot(seed(arguments, 0), seed(arguments, 1), arguments, 2)),
            Function.pure(
                "sorted_serialize",
                1,
                "Returns a value as JSON in which the keys of records are in order.",
                arguments -> Value.of(SortedJson.write(arguments.any(0))))));
  }

  private static long seed(Arguments arguments, int index) {
    return switch (arguments.any(index)) {
      case Value.Int integer when integer.value() >= 0 -> integer.value();
      case Value.Unsigned integer -> integer.bits();
      default -> throw arguments.expected(index, "an integer from 0");
    };
  }

  private static Value slot(long k0, long k1, Arguments arguments, int first) {
    byte[] key = arguments.string(first).getBytes(StandardCharsets.UTF_8);
    long slots = arguments.integer(first + 1);
    if (slots < 1 || slots > UNSIGNED_32_MAX) {
      throw new BadArgument("the number of slots must be from 1 to " + UNSIGNED_32_MAX);
    }
    // The end of the string is part of what is hashed.
    byte[] hashed = Arrays.copyOf(key, key.length + 1);
    hashed[key.length] = (byte) 0xFF;
    long state = SipHash.hash(k0, k1, hashed);
    long slot = -1;
    long next = 0;
    while (next < slots) {
      slot = next;
      state = state * 2_862_933_555_777_941_757L + 1;
      next = (long) ((slot + 1) * ((double) (1L << 31) / ((state >>> 33) + 1)));
    }
    return Value.of(slot);
  }
}
