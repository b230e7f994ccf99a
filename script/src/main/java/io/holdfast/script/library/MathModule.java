package io.holdfast.script.library;

import io.holdfast.script.Value;
import io.holdfast.script.operation.Comparison;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** {@code std::math}. */
final class MathModule {
  private static final double TWO_TO_63 = 0x1p63;
  private static final double TWO_TO_64 = 0x1p64;

  private MathModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::math",
        "Numbers.",
        List.of(
            rounding("floor", "the largest integer that is not above a number", Math::floor),
            rounding("ceil", "the smallest integer that is not below a number", Math::ceil),
            rounding(
                "round",
                "the integer nearest to a number; of two, the one further from zero",
                MathModule::round),
            rounding("trunc", "a number without its fraction", MathModule::truncate),
            choice("max", "larger", sign -> sign < 0),
            choice("min", "smaller", sign -> sign > 0)));
  }

  private static Function choice(String name, String which, Comparison.Order secondIfHolds) {
    return Function.pure(
        name,
        2,
        "Returns the " + which + " of two numbers: an integer if both are, otherwise a float.",
        arguments -> {
          for (int i = 0; i < 2; i++) {
            if (!Comparison.isNumber(arguments.any(i))) {
              throw arguments.expected(i, "a number");
            }
          }
          boolean second = Comparison.ordered(arguments.any(0), arguments.any(1), secondIfHolds);
          boolean bothWhole = isWhole(arguments.any(0)) && isWhole(arguments.any(1));
          Value chosen = arguments.any(second ? 1 : 0);
          return bothWhole ? chosen : Value.of(Comparison.toDouble(chosen));
        });
  }

  private static boolean isWhole(Value value) {
    return !(value instanceof Value.Real);
  }

  private static Function rounding(String name, String what, DoubleUnaryOperator rounding) {
    return Function.pure(
        name,
        1,
        "Returns " + what + ".",
        arguments ->
            switch (arguments.any(0)) {
              case Value.Int integer -> integer;
              case Value.Unsigned integer -> integer;
              case Value.Real real -> integer(rounding.applyAsDouble(real.value()));
              default -> throw arguments.expected(0, "a number");
            });
  }

  private static Value integer(double whole) {
    if (whole >= -TWO_TO_63 && whole < TWO_TO_63) {
      return Value.of((long) whole);
    }
    if (whole >= TWO_TO_63 && whole < TWO_TO_64) {
      return Value.ofUnsigned((long) (whole - TWO_TO_63) + Long.MIN_VALUE);
    }
    throw new BadArgument("the result does not fit into 64 bits");
  }

  private static double round(double value) {
    double whole = truncate(value);
    return Math.abs(value - whole) >= 0.5 ? whole + Math.signum(value) : whole;
  }

  private static double truncate(double value) {
    return value < 0 ? Math.ceil(value) : Math.floor(value);
  }
}
