package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.QueryOperator;
import io.holdfast.script.Script;
import io.holdfast.script.ScriptException;
import io.holdfast.script.ScriptInstance;
import io.holdfast.script.Select;
import io.holdfast.script.SelectInstance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Runs the language: the selects and scripts of a query as operators. */
public final class ScriptedOperators {
  private ScriptedOperators() {}

  /** An instance of a select. */
  public static Operator select(OperatorContext context, Select select) {
    SelectInstance instance = select.start(environment(context.host()));
    if (!select.hasWindows()) {
      return new Running(context, (_, event) -> instance.apply(event), null);
    }
    WindowedSelect windowed = new WindowedSelect(context, instance);
    return select.isTimed() ? new TimedSelect(context, windowed) : windowed;
  }

  /** An instance of a script, with state of its own. */
  public static Operator script(OperatorContext context, Script script) {
    ScriptInstance instance = script.start(environment(context.host()));
    return new Running(context, (_, event) -> instance.run(event).stream().toList(), instance);
  }

  /** An operator that answers each event at once. */
  public static Operator operator(OperatorContext context, QueryOperator operator) {
    return new Running(context, operator, null);
  }

  private static Environment environment(Host host) {
    Environment outer = host.environment();
    return new Environment(
        outer.hostname(),
        outer.instance(),
        outer.version(),
        host.time()::epochNanos,
        // Its own, since those of a host are shared by threads.
        new SplittableRandom(host.random().nextLong()));
  }

  private static final class Running implements Operator {
    private final OperatorContext context;
    private final QueryOperator program;
    private final @Nullable ScriptInstance script;
    private final Contexts contexts = new Contexts();

    /**
     * An operator of the language.
     *
     * @param script the script that it runs, if it is one
     */
    Running(OperatorContext context, QueryOperator program, @Nullable ScriptInstance script) {
      this.context = context;
      this.program = program;
      this.script = script;
    }

    @Override
    public void process(String port, List<Parcel> parcels) {
      Map<String, List<Parcel>> out = new LinkedHashMap<>();
      for (Parcel parcel : parcels) {
        List<Emission> emissions;
        try {
          emissions = program.apply(port, contexts.of(parcel.event()));
        } catch (ScriptException e) {
          context.error(parcel, left(parcel.event()), e.getMessage());
          continue;
        } catch (RuntimeException | Error mistake) {
          context.error(parcel, context.name() + ": a mistake in the program: " + mistake);
          continue;
        }
        collect(parcel, emissions, out);
      }
      out.forEach(context::emit);
    }

    private Event left(Event event) {
      return script == null ? event : event.with(script.event(), script.meta());
    }

    private static void collect(
        Parcel parcel, List<Emission> emissions, Map<String, List<Parcel>> out) {
      if (emissions.isEmpty()) {
        parcel.ack();
        return;
      }
      Event event = parcel.event();
      List<Parcel> copies = emissions.size() == 1 ? List.of(parcel) : parcel.fork(emissions.size());
      for (int i = 0; i < emissions.size(); i++) {
        Emission emission = emissions.get(i);
        out.computeIfAbsent(emission.port(), key -> new ArrayList<>())
            .add(copies.get(i).with(event.with(emission.value(), emission.meta())));
      }
    }
  }
}
