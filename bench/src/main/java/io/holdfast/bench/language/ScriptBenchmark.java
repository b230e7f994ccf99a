package io.holdfast.bench.language;

import io.holdfast.script.Environment;
import io.holdfast.script.Json;
import io.holdfast.script.Script;
import io.holdfast.script.ScriptInstance;
import io.holdfast.script.SourceFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An event through a script: read, run, written. */
@State(Scope.Thread)
public class ScriptBenchmark {
  /** What a script does. */
  public enum Program {
    /** It gives the event on. */
    PASSTHROUGH("event"),
    /** It adds one field. */
    FIELD(
        """
        let event.seen = true;
        event
        """),
    /** It tells events apart by five patterns. */
    PATTERNS(
        """
        match event of
          case %{ level == "error" } => "error"
          case %{ http ~= %{ status == 500 } } => "failed"
          case %{ absent host } => "nobody"
          case %{ http ~= %{ status == 404 } } => "missing"
          case %{ present trace, ok == true } => "traced"
          default => "other"
        end
        """),
    /** It patches in five ways. */
    PATCH(
        """
        patch event of
          insert "source" => "bench",
          upsert "level" => "debug",
          update "ok" => false,
          erase "n",
          move "trace" => "trace_id"
        end
        """),
    /** It merges a record in. */
    MERGE(
        """
        merge event of {"http": {"status": 0, "proto": "h2"}, "n": null, "seen": true} end
        """),
    /** It takes a text apart by its delimiters. */
    DISSECT(
        """
        match event of
          case r = %{ message ~= dissect|the %{speed} brown %{who} %{number} jumps %{}| } => r.message
          default => null
        end
        """),
    /** It takes a text apart by a grok pattern. */
    GROK(
        """
        match event of
          case r = %{ message ~= grok|%{WORD} %{WORD:speed} brown %{WORD:who} %{NUMBER:number}| } => r.message
          default => null
        end
        """),
    /** It takes a text apart by a regular expression. */
    REGEX(
        """
        match event of
          case r = %{ message ~= re|(?P<speed>[a-z]+) brown (?P<who>[a-z]+) (?P<number>[0-9]+)| } => r.message
          default => null
        end
        """);

    private final String source;

    Program(String source) {
      this.source = source;
    }
  }

  /** What the script does. */
  @Param public Program program = Program.PASSTHROUGH;

  private final Events events = new Events();
  private ScriptInstance script = load(Program.PASSTHROUGH);

  private static ScriptInstance load(Program program) {
    return Script.load(SourceFile.of("bench.tremor", program.source))
        .start(Environment.system("bench", "0"));
  }

  /** Loads the script, before the first event. */
  @Setup
  public void load() {
    script = load(program);
  }

  /** Takes one event through. */
  @Benchmark
  public byte[] event() {
    return Json.writeBytes(script.run(events.next()).orElseThrow().value());
  }
}
