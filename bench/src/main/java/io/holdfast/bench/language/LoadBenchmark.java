package io.holdfast.bench.language;

import io.holdfast.script.Script;
import io.holdfast.script.SourceFile;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A script of a thousand lines: parsed, checked, compiled. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LoadBenchmark {
  private static final int LINES = 1000;

  private final SourceFile source = SourceFile.of("long.tremor", text());

  private static String text() {
    StringBuilder text = new StringBuilder();
    int lines = 0;
    for (int i = 0; lines < LINES - 1; i++) {
      text.append(
          """
          let event.f%d = match event of
            case %%{ http ~= %%{ status == %d } } => event.latency * %d + 1
            case %%{ present trace, level == "l%d" } => string::len("text #{event.host}")
            default => {"a": [%d, 2, 3], "b": event.user.name}
          end;
          """
              .formatted(i, i, i, i, i));
      lines += 5;
    }
    return "use std::string;\n" + text + "event\n";
  }

  /** Loads it. */
  @Benchmark
  public Script load() {
    return Script.load(source);
  }
}
