package io.holdfast.script.aggregate;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The aggregates by their modules. */
public final class Aggregates {
  private static final String EXPENSIVE = "this keeps all values of the window in memory";

  private static final Map<String, List<AggregateFunction>> MODULES =
      Map.of(
          "aggr::stats",
          List.of(
              function("count", 0, "Returns how many events there are.", Count::new),
              function("sum", 1, "Returns the sum of numbers, a float.", Sum::new),
              function("min", 1, "Returns the smallest number, a float.", Extreme::smallest),
              function("max", 1, "Returns the largest number, a float.", Extreme::largest),
              function("mean", 1, "Returns the mean of numbers, or null without any.", Mean::new),
              function("var", 1, "Returns the variance of numbers.", Variance::new),
              function(
                  "stdev", 1, "Returns the standard deviation of numbers.", Variance::deviation),
              new AggregateFunction(
                  "hdr",
                  1,
                  2,
                  "Returns count, min, max, mean, stdev, var and percentiles of numbers from 0 up,"
                      + " to two digits. The second argument is an array of percentiles, as"
                      + " strings such as `\"0.99\"`.",
                  null,
                  HighDynamicRange::new),
              new AggregateFunction(
                  "dds",
                  1,
                  2,
                  "Returns count, sum, min, max, mean and percentiles of numbers from 0 up, the"
                      + " percentiles to one percent. The second argument is as for `hdr`.",
                  null,
                  DistributedSketch::new)),
          "aggr::win",
          List.of(
              function("first", 1, "Returns the first value.", First::new),
              function("last", 1, "Returns the last value.", Last::new),
              new AggregateFunction(
                  "collect_flattened",
                  1,
                  1,
                  "Returns all values, also those of windows that were merged into this one.",
                  EXPENSIVE,
                  Collection::flattened),
              new AggregateFunction(
                  "collect_nested",
                  1,
                  1,
                  "Returns all values, those of each window that was merged into this one in an"
                      + " array of their own.",
                  EXPENSIVE,
                  Collection::nested)));

  private Aggregates() {}

  private static AggregateFunction function(
      String name, int arity, String documentation, java.util.function.Supplier<Aggregate> maker) {
    return new AggregateFunction(name, arity, arity, documentation, null, maker);
  }

  /**
   * Returns the modules, each with its functions in the order of the documentation.
   *
   * @return the functions by the full name of their module
   */
  public static Map<String, List<AggregateFunction>> modules() {
    return MODULES;
  }

  /**
   * Returns a function.
   *
   * @param module the full name of its module
   * @param name its name
   * @return the function, or null if there is none
   */
  public static @Nullable AggregateFunction find(String module, String name) {
    return MODULES.getOrDefault(module, List.of()).stream()
        .filter(function -> function.name().equals(name))
        .findFirst()
        .orElse(null);
  }
}
