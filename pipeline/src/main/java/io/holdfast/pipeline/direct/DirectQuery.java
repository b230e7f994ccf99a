package io.holdfast.pipeline.direct;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.Query;
import io.holdfast.script.QueryInstance;
import io.holdfast.script.QueryNode;
import io.holdfast.script.QueryOperator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A query that runs in the thread of its caller. For one thread at a time. */
public final class DirectQuery {
  private final QueryInstance instance;

  private DirectQuery(QueryInstance instance) {
    this.instance = instance;
  }

  /**
   * A query with its operators made. Nothing outside is touched: a buffer keeps what it takes, and
   * gives nothing, since nobody would settle it.
   *
   * @param query what was loaded
   * @param environment what functions see
   * @param errors gets what is wrong with the operators and their settings
   * @return null when something is wrong
   */
  public static @Nullable DirectQuery of(
      Query query, Environment environment, ConfigErrors errors) {
    int before = errors.size();
    Map<String, QueryOperator> operators = new HashMap<>();
    for (QueryNode node : query.nodes()) {
      if (node instanceof QueryNode.Operator operator) {
        QueryOperator made = DirectOperators.make(query, operator, errors);
        if (made != null) {
          operators.put(operator.id(), made);
        }
      }
    }
    return errors.size() > before
        ? null
        : new DirectQuery(
            query.start(
                environment, it -> Objects.requireNonNull(operators.get(it.id()), it.id())));
  }

  /**
   * Runs the query on one event.
   *
   * @param output gets what comes out
   */
  public void run(EventContext event, QueryInstance.Output output) {
    instance.run(event, output);
  }

  /**
   * Closes windows whose time is over.
   *
   * @param nanos the time, in nanoseconds since the epoch
   * @param output gets what comes out
   */
  public void tick(long nanos, QueryInstance.Output output) {
    instance.tick(nanos, output);
  }
}
