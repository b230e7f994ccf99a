package io.holdfast.script.aggregate;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;
import io.holdfast.script.library.BadArgument;
import io.holdfast.script.operation.NumberText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** Which percentiles are asked for: those that the first event says, or the usual ones. */
final class Percentiles {
  private static final Map<String, Double> USUAL = usual();

  private @Nullable Map<String, Double> chosen;

  private static Map<String, Double> usual() {
    Map<String, Double> usual = new LinkedHashMap<>();
    for (double it : new double[] {0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999}) {
      usual.put(Double.toString(it), it);
    }
    return usual;
  }

  /** Reads the second argument, if there is one and none was read before. */
  void read(Arguments arguments) {
    if (chosen != null || arguments.size() < 2 || !(arguments.any(1) instanceof ArrayValue names)) {
      return;
    }
    Map<String, Double> read = new LinkedHashMap<>();
    for (Value name : names) {
      if (name instanceof Value.Text(String text)) {
        if (!(NumberText.real(text) instanceof Value.Real(double percentile))) {
          throw new BadArgument("the percentile `" + text + "` is not a float");
        }
        read.put(text, percentile);
      }
    }
    chosen = read;
  }

  void takeFrom(Percentiles other) {
    if (chosen == null) {
      chosen = other.chosen;
    }
  }

  Value values(DoubleFunction<Value> value) {
    RecordValue.Builder values = RecordValue.builder();
    (chosen == null ? USUAL : chosen).forEach((name, it) -> values.put(name, value.apply(it)));
    return values.build();
  }
}
