package io.holdfast.script;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Runs programs as a host would, one event after the other, and keeps what comes out. */
final class Run {
  static final Environment ENVIRONMENT =
      new Environment(
          "localhost", "tremor", "0.11.12", () -> 42L, RandomGenerator.of("SplittableRandom"));

  private static final URI ORIGIN = URI.create("tremor-script://localhost");

  final List<Emission> out = new ArrayList<>();
  final List<Diagnostic> errors = new ArrayList<>();

  static SourceFile source(String text) {
    return SourceFile.of("test", text);
  }

  static Run script(String program, List<String> input) {
    ScriptInstance instance = Script.load(source(program)).start(ENVIRONMENT);
    return new Run().each(input, event -> instance.run(event).stream().toList());
  }

  static Run query(String program, List<String> input) {
    Query query = Query.load(source(program));
    Map<String, Function<EventContext, List<Emission>>> nodes = new HashMap<>();
    for (QueryNode node : query.nodes()) {
      nodes.put(
          node.id(),
          switch (node) {
            case QueryNode.Stream _ ->
                event -> List.of(new Emission("out", event.value(), event.meta()));
            case QueryNode.Scripted scripted -> {
              ScriptInstance instance = scripted.script().start(ENVIRONMENT);
              yield event -> instance.run(event).stream().toList();
            }
            case QueryNode.Selected selected -> {
              SelectInstance instance = selected.select().start(ENVIRONMENT);
              yield event -> instance.apply(event);
            }
            case QueryNode.Operator operator ->
                throw new UnsupportedOperationException(operator.type());
          });
    }
    Run run = new Run();
    return run.each(
        input,
        event -> {
          run.follow(query, nodes, "in", new Emission("in", event.value(), event.meta()), event);
          return List.of();
        });
  }

  private Run each(List<String> input, Function<EventContext, List<Emission>> program) {
    for (int i = 0; i < input.size(); i++) {
      try {
        Value value = Json.parse(input.get(i));
        out.addAll(program.apply(new EventContext(value, RecordValue.empty(), i, ORIGIN)));
      } catch (ScriptException e) {
        errors.add(e.diagnostic());
      }
    }
    return this;
  }

  private void follow(
      Query query,
      Map<String, Function<EventContext, List<Emission>>> nodes,
      String from,
      Emission emission,
      EventContext event) {
    for (QueryEdge edge : query.edges()) {
      if (!edge.from().equals(from) || !edge.fromPort().equals(emission.port())) {
        continue;
      }
      if (edge.to().equals("out") || edge.to().equals("err")) {
        out.add(new Emission(edge.toPort(), emission.value(), emission.meta()));
        continue;
      }
      EventContext next =
          new EventContext(emission.value(), emission.meta(), event.ingestNanos(), event.origin());
      try {
        for (Emission each : nodes.getOrDefault(edge.to(), _ -> List.of()).apply(next)) {
          follow(query, nodes, edge.to(), each, event);
        }
      } catch (ScriptException e) {
        boolean connected =
            query.edges().stream()
                .anyMatch(it -> it.from().equals(edge.to()) && it.fromPort().equals("err"));
        if (!connected) {
          errors.add(e.diagnostic());
          continue;
        }
        Value error =
            RecordValue.of("error", Value.of(e.getMessage())).with("event", emission.value());
        follow(query, nodes, edge.to(), new Emission("err", error, emission.meta()), event);
      }
    }
  }
}
