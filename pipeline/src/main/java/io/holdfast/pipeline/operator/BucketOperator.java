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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operator {@code grouper::bucket}: lets {@code $rate} events in {@code $time_range}
 * milliseconds of each class and dimension through, and sends the rest to {@code overflow}. The
 * first event of a dimension says its rate. What has no {@code $class} or no {@code $rate} goes to
 * {@code err}, and to {@code error}, as that port was called before. Of a class, {@code
 * $cardinality} dimensions are remembered, those that were used last.
 */
final class BucketOperator implements QueryOperator {
  static final Set<String> OUTPUTS = Set.of("out", "err", "error", OperatorBlueprint.OVERFLOW);

  private static final long USUAL_CARDINALITY = 1000;
  private static final long MOST_CARDINALITY = 1 << 20;
  private static final long USUAL_RANGE_MILLIS = 1000;
  private static final long MOST_RANGE_MILLIS = 1L << 40;
  private static final long USUAL_STEPS = 100;
  private static final long MOST_STEPS = 1000;

  private final Map<String, Bucket> buckets = new HashMap<>();

  /** The dimensions of a class, the one that was not used for longest first. */
  private record Bucket(long cardinality, Map<Value, SlidingRate> rates) {}

  @Override
  public List<Emission> apply(String port, EventContext event) {
    Value value = event.value();
    RecordValue meta = event.meta();
    SlidingRate rate = rate(meta);
    if (rate == null) {
      return List.of(new Emission("err", value, meta), new Emission("error", value, meta));
    }
    String output = rate.takes(event.ingestNanos()) ? "out" : OperatorBlueprint.OVERFLOW;
    return List.of(new Emission(output, value, meta));
  }

  private @Nullable SlidingRate rate(RecordValue meta) {
    if (!(meta.get("class") instanceof Value.Text(String name))) {
      return null;
    }
    Bucket bucket =
        buckets.computeIfAbsent(
            name,
            _ -> {
              long most = integer(meta, "cardinality", USUAL_CARDINALITY, MOST_CARDINALITY);
              return new Bucket(most, new LinkedHashMap<>());
            });
    Value dimensions = meta.get("dimensions");
    Value key = dimensions == null ? Value.NULL : dimensions;
    // Put in again, so that it is the last.
    SlidingRate known = bucket.rates().remove(key);
    SlidingRate rate = known == null ? newRate(meta) : known;
    if (rate == null) {
      return null;
    }
    while (bucket.rates().size() >= bucket.cardinality()) {
      bucket.rates().remove(bucket.rates().keySet().iterator().next());
    }
    bucket.rates().put(key, rate);
    return rate;
  }

  private static @Nullable SlidingRate newRate(RecordValue meta) {
    if (!(meta.get("rate") instanceof Value.Int(long rate)) || rate < 0) {
      return null;
    }
    long range = integer(meta, "time_range", USUAL_RANGE_MILLIS, MOST_RANGE_MILLIS);
    long steps = integer(meta, "windows", USUAL_STEPS, MOST_STEPS);
    return new SlidingRate(rate, (int) steps, Math.max(1, range / steps) * 1_000_000);
  }

  private static long integer(RecordValue meta, String name, long usual, long most) {
    return meta.get(name) instanceof Value.Int(long written) && written > 0
        ? Math.min(written, most)
        : usual;
  }

  /** How many events there were in the last while, in steps. */
  private static final class SlidingRate {
    private final long most;
    private final long stepNanos;
    private final long[] counts;
    private long step;
    private long total;

    SlidingRate(long most, int steps, long stepNanos) {
      this.most = most;
      this.stepNanos = stepNanos;
      this.counts = new long[steps];
    }

    boolean takes(long nanos) {
      long now = Math.max(step, nanos / stepNanos);
      for (long passed = Math.min(now - step, counts.length); passed > 0; passed--) {
        int oldest = (int) ((now - passed + 1) % counts.length);
        total -= counts[oldest];
        counts[oldest] = 0;
      }
      step = now;
      if (total >= most) {
        return false;
      }
      counts[(int) (now % counts.length)]++;
      total++;
      return true;
    }
  }
}
