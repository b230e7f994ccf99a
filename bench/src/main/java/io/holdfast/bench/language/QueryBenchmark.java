package io.holdfast.bench.language;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.direct.DirectQuery;
import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.Json;
import io.holdfast.script.Query;
import io.holdfast.script.QueryInstance;
import io.holdfast.script.ScriptException;
import io.holdfast.script.SourceFile;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** An event through a query: read, run, what comes out written. */
@State(Scope.Thread)
public class QueryBenchmark implements QueryInstance.Output {
  /** What a query does. */
  public enum Program {
    /** It filters and merges. */
    WHERE_MERGE(
        """
        select merge event of {"seen": true} end from in where event.ok into out;
        """),
    /** It counts by host and level in windows of a second. */
    WINDOW(
        """
        define tumbling window second with interval = 1000000000 end;
        select {"host": event.host, "count": aggr::stats::count(), "mean": aggr::stats::mean(event.latency)}
        from in[second] group by set(event.host, event.level) into out;
        """),
    /** It has a script between two selects. */
    SCRIPT(
        """
        define script mark
        script
          let event.missing = match event of case %{ http ~= %{ status == 404 } } => true default => false end;
          event
        end;
        create script mark;
        select event from in into mark;
        select event from mark into out;
        """);

    private final String source;

    Program(String source) {
      this.source = source;
    }
  }

  /** What the query does. */
  @Param public Program program = Program.WHERE_MERGE;

  private final Events events = new Events();
  private @Nullable DirectQuery query;
  private @Nullable Blackhole blackhole;

  /** Loads the query, before the first event. */
  @Setup
  public void load() {
    ConfigErrors errors = new ConfigErrors();
    query =
        DirectQuery.of(
            Query.load(SourceFile.of("bench.trickle", program.source)),
            Environment.system("bench", "0"),
            errors);
    if (query == null) {
      throw new IllegalStateException(errors.list().toString());
    }
  }

  @Override
  public void emitted(Emission emission) {
    Objects.requireNonNull(blackhole).consume(Json.writeBytes(emission.value()));
  }

  @Override
  public void failed(ScriptException error) {
    throw error;
  }

  /** Takes one event through. */
  @Benchmark
  public void event(Blackhole results) {
    blackhole = results;
    Objects.requireNonNull(query).run(events.next(), this);
  }
}
