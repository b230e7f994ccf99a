package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.operator.wal.WalType;
import io.holdfast.script.QueryOperator;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operators of the house, by the names that queries use. */
public final class Operators {
  private static final Map<String, OperatorType> ALL = new TreeMap<>();

  static {
    for (OperatorType type :
        List.of(
            new PlainType("passthrough", OperatorBlueprint::passing),
            new PlainType("generic::passthrough", OperatorBlueprint::passing),
            new PlainType("generic::counter", CounterOperator::new),
            new PlainType("grouper::bucket", BucketOperator.OUTPUTS, BucketOperator::new),
            new BatchType(),
            new BackpressureType("generic::backpressure"),
            new BackpressureType("qos::backpressure"),
            new PercentileType(),
            new RoundRobinType(),
            new HistoryType(),
            new WalType())) {
      ALL.put(type.name(), type);
    }
  }

  private Operators() {}

  /** The type with this name. */
  public static Optional<OperatorType> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  /** The names, sorted. */
  public static Collection<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** Operators that answer each event at once and have no settings. */
  private record PlainType(String name, Set<String> outputs, Supplier<QueryOperator> maker)
      implements OperatorType {
    PlainType(String name, Supplier<QueryOperator> maker) {
      this(name, OperatorBlueprint.USUAL_OUTPUTS, maker);
    }

    @Override
    public @Nullable OperatorBlueprint read(OperatorSpec spec, ConfigErrors errors) {
      int before = errors.size();
      spec.section(errors).finish();
      return errors.size() > before ? null : OperatorBlueprint.of("", outputs, maker);
    }
  }
}
