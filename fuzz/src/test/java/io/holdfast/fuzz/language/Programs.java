package io.holdfast.fuzz.language;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.fuzz.Allowance;
import io.holdfast.script.ArrayValue;
import io.holdfast.script.Diagnostic;
import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import io.holdfast.script.LoadException;
import io.holdfast.script.Query;
import io.holdfast.script.QueryInstance;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Script;
import io.holdfast.script.ScriptException;
import io.holdfast.script.ScriptInstance;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs an input: a program and behind a byte of zero each an event. Errors are shown, as a host
 * shows them, because the place that they name may be wrong too.
 */
final class Programs {
  /** How much a program takes when it runs is up to who has written it. */
  private static final Allowance TO_LOAD = new Allowance(64 << 20, 4096);

  private static final URI ORIGIN = URI.create("tremor-script://localhost");
  private static final Path PROBES =
      Path.of("..", "script", "src", "test", "resources", "io", "holdfast", "script")
          .resolve("probes.jsonl");

  private Programs() {}

  /** The parts of an input. */
  static List<String> parts(byte[] input) {
    return List.of(new String(input, UTF_8).split("\0", -1));
  }

  /** The probes of a kind as inputs: {@code tremor} or {@code trickle}. */
  static List<byte[]> seeds(String kind) {
    try {
      List<byte[]> seeds = new ArrayList<>();
      for (String line : Files.readAllLines(PROBES)) {
        RecordValue probe = (RecordValue) Json.parse(line.replace("Infinity", "0.0"));
        if (text(probe.get("kind")).equals(kind)) {
          StringBuilder seed = new StringBuilder(text(probe.get("program")));
          int events = 0;
          for (Value event : (ArrayValue) Objects.requireNonNull(probe.get("input"))) {
            if (events++ < 4) {
              seed.append('\0').append(text(event));
            }
          }
          seeds.add(seed.toString().getBytes(UTF_8));
        }
      }
      return seeds;
    } catch (IOException absent) {
      throw new UncheckedIOException(absent);
    }
  }

  private static String text(@Nullable Value value) {
    return ((Value.Text) Objects.requireNonNull(value)).value();
  }

  private static Environment environment() {
    return new Environment("localhost", "fuzz", "0", () -> 42L, new SplittableRandom(1));
  }

  private static SourceFile source(String program) {
    return SourceFile.of("fuzz", program);
  }

  /** Loads and runs a script. */
  static void script(List<String> parts) {
    String program = parts.getFirst();
    Script script = TO_LOAD.covers(program.length(), () -> loadScript(program));
    if (script != null) {
      ScriptInstance instance = script.start(environment());
      events(parts, event -> instance.run(event).ifPresent(Programs::print));
    }
  }

  private static @Nullable Script loadScript(String program) {
    try {
      Script script = Script.load(source(program));
      script.warnings().forEach(Diagnostic::render);
      return script;
    } catch (LoadException refused) {
      refused.diagnostics().forEach(Diagnostic::render);
      return null;
    }
  }

  /** Loads and runs a query; its operators hand on what they get. */
  static void query(List<String> parts) {
    String program = parts.getFirst();
    Query query = TO_LOAD.covers(program.length(), () -> loadQuery(program));
    if (query != null) {
      QueryInstance instance =
          query.start(
              environment(),
              operator ->
                  (port, event) -> List.of(new Emission("out", event.value(), event.meta())));
      Printer printer = new Printer();
      events(parts, event -> instance.run(event, printer));
      instance.tick(Long.MAX_VALUE / 2, printer);
    }
  }

  private static @Nullable Query loadQuery(String program) {
    try {
      Query query = Query.load(source(program));
      query.warnings().forEach(Diagnostic::render);
      return query;
    } catch (LoadException refused) {
      refused.diagnostics().forEach(Diagnostic::render);
      return null;
    }
  }

  private static void events(List<String> parts, Consumer<EventContext> program) {
    for (int i = 1; i < parts.size(); i++) {
      try {
        Value value = Json.parse(parts.get(i));
        program.accept(new EventContext(value, RecordValue.empty(), i, ORIGIN));
      } catch (ScriptException failed) {
        failed.diagnostic().render();
      } catch (JsonException noEvent) {
        // As promised.
      }
    }
  }

  private static void print(Emission emission) {
    try {
      Json.writeBytes(emission.value());
      Json.writeBytes(emission.meta());
    } catch (JsonException tooDeep) {
      // As promised.
    }
  }

  /** Writes what a query gives, as a host does. */
  private static final class Printer implements QueryInstance.Output {
    @Override
    public void emitted(Emission emission) {
      print(emission);
    }

    @Override
    public void failed(ScriptException error) {
      error.diagnostic().render();
    }
  }
}
