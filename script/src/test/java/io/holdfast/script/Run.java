package io.holdfast.script;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Runs programs as a host would, one event after the other, and keeps what comes out. */
final class Run implements QueryInstance.Output {
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
    return script(Script.load(source(program)), input);
  }

  static Run script(Script script, List<String> input) {
    ScriptInstance instance = script.start(ENVIRONMENT);
    return new Run().each(input, event -> instance.run(event).stream().toList());
  }

  /** Returns what a script emits as JSON, or line and column of its first error. */
  static String answer(String program, String event) {
    Diagnostic error;
    try {
      Run run = script(program, List.of(event));
      if (run.errors.isEmpty()) {
        return run.out.isEmpty() ? "dropped" : Json.write(run.out.getFirst().value());
      }
      error = run.errors.getFirst();
    } catch (LoadException e) {
      error =
          e.diagnostics().stream()
              .filter(it -> it.severity() == Diagnostic.Severity.ERROR)
              .findFirst()
              .orElseThrow();
    }
    return error.line() + ":" + error.column();
  }

  static Run query(String program, List<String> input) {
    return query(Query.load(source(program)), input);
  }

  static Run query(Query query, List<String> input) {
    QueryInstance instance =
        query.start(
            ENVIRONMENT,
            operator -> {
              throw new UnsupportedOperationException(operator.type());
            });
    Run run = new Run();
    return run.each(
        input,
        event -> {
          instance.run(event, run);
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

  @Override
  public void emitted(Emission emission) {
    out.add(emission);
  }

  @Override
  public void failed(ScriptException error) {
    errors.add(error.diagnostic());
  }
}
