package io.holdfast.script.library;

import io.holdfast.script.Value;
import java.util.List;

/** {@code std::random}. */
final class RandomModule {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private static final long MAX_LENGTH = 1 << 20;

  private RandomModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::random",
        "Random values, which are no secrets: they depend on the time of the event and on the"
            + " arguments, so that two calls for one event give the same.",
        List.of(
            Function.impure(
                "bool",
                0,
                "Returns true or false.",
                (_, context) -> Value.of(new EventRandom(context.ingestNanos()).nextBoolean())),
            Function.impure(
                "string",
                1,
                "Returns a string of so many letters and digits.",
                (arguments, context) ->
                    Value.of(string(arguments.integer(0), new EventRandom(context.ingestNanos())))),
            new Function(
                "integer",
                0,
                2,
                false,
                "Returns an integer: any, or one from 0, or from the first argument, up to the last"
                    + " one, which is not part of the range.",
                RandomModule::integer),
            new Function(
                "float",
                0,
                2,
                false,
                "Returns a float: from 0 up to 1, or from 0, or from the first argument, up to the"
                    + " last one, which is not part of the range.",
                RandomModule::real)));
  }

  private static String string(long length, EventRandom random) {
    if (length < 0 || length > MAX_LENGTH) {
      throw new BadArgument("a length must be from 0 to " + MAX_LENGTH + ", not " + length);
    }
    StringBuilder text = new StringBuilder();
    for (long i = 0; i < length; i++) {
      text.append(LETTERS.charAt(letter(random)));
    }
    return text.toString();
  }

  /** Of six bits some make no letter. */
  private static int letter(EventRandom random) {
    while (true) {
      int letter = random.nextInt() >>> 26;
      if (letter < LETTERS.length()) {
        return letter;
      }
    }
  }

  private static Value integer(Arguments arguments, CallContext context) {
    EventRandom random = new EventRandom(context.ingestNanos());
    if (arguments.size() == 0) {
      return Value.of(random.nextLong());
    }
    long from = arguments.size() == 2 ? arguments.integer(0) : 0;
    long to = arguments.integer(arguments.size() - 1);
    if (from >= to) {
      throw new BadArgument("there is no integer from " + from + " up to " + to);
    }
    return Value.of(random.between(from, to));
  }

  private static Value real(Arguments arguments, CallContext context) {
    EventRandom random = new EventRandom(context.ingestNanos());
    if (arguments.size() == 0) {
      return Value.of(random.nextDouble());
    }
    double from = arguments.size() == 2 ? number(arguments, 0) : 0;
    double to = number(arguments, arguments.size() - 1);
    if (!(from < to) || Double.isInfinite(to - from)) {
      throw new BadArgument("there is no float from " + from + " up to " + to);
    }
    return Value.of(random.between(from, to));
  }

  private static double number(Arguments arguments, int index) {
    return switch (arguments.any(index)) {
      case Value.Real real -> real.value();
      case Value.Int integer -> (double) integer.value();
      default -> throw arguments.expected(index, "a number");
    };
  }
}
