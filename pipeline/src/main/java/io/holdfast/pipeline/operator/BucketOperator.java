package io.holdfast.pipeline.operator;

import io.holdfast.script.Emission;
import io.holdfast.script.EventContext;
import io.holdfast.script.QueryOperator;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The operator {@code grouper::bucket}: lets {@code $rate} events a second of each class and
 * dimension through, and sends the rest to {@code overflow}. What has no {@code $class} or no
 * {@code $rate} goes to {@code error}. Of a class, {@code $cardinality} dimensions are remembered,
 * those that were used last.
 */
public final class BucketOperator implements QueryOperator {
  private static final long USUAL_CARDINALITY = 1000;
  private static final long MOST_CARDINALITY = 1 << 20;

  private final Map<String, Map<Value, SlidingRate>> classes = new HashMap<>();

  /** One that has seen nothing. */
  public BucketOperator() {}

  @Override
  public List<Emission> apply(String port, EventContext event) {
    return List.of(new Emission(output(event), event.value(), event.meta()));
  }

  private String output(EventContext event) {
    RecordValue meta = event.meta();
    if (!(meta.get("class") instanceof Value.Text(String name))
        || !(meta.get("rate") instanceof Value.Int(long rate))
        || rate < 0) {
      return "error";
    }
    long cardinality =
        meta.get("cardinality") instanceof Value.Int(long written) && written > 0
            ? Math.min(written, MOST_CARDINALITY)
            : USUAL_CARDINALITY;
    Value dimensions = meta.get("dimensions");
    Map<Value, SlidingRate> rates = classes.computeIfAbsent(name, _ -> new LinkedHashMap<>());
    Value key = dimensions == null ? Value.NULL : dimensions;
    // Put in again, so that the first is the one that was not used for longest.
    SlidingRate used = rates.remove(key);
    SlidingRate rateOfKey = used == null ? new SlidingRate() : used;
    while (rates.size() >= cardinality) {
      rates.remove(rates.keySet().iterator().next());
    }
    rates.put(key, rateOfKey);
    return rateOfKey.takes(event.ingestNanos(), rate) ? "out" : "overflow";
  }

  /** How many events there were in the last second, in steps of ten milliseconds. */
  private static final class SlidingRate {
    private static final int STEPS = 100;
    private static final long STEP_NANOS = 10_000_000;

    private final long[] counts = new long[STEPS];
    private long step;
    private long total;

    boolean takes(long nanos, long rate) {
      long now = Math.max(step, nanos / STEP_NANOS);
      for (long passed = Math.min(now - step, STEPS); passed > 0; passed--) {
        int oldest = (int) ((now - passed + 1) % STEPS);
        total -= counts[oldest];
        counts[oldest] = 0;
      }
      step = now;
      if (total >= rate) {
        return false;
      }
      counts[(int) (now % STEPS)]++;
      total++;
      return true;
    }
  }
}
