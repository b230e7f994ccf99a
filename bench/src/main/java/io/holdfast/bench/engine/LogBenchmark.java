package io.holdfast.bench.engine;

import io.holdfast.cli.bench.Shape;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.log.LogRecovery;
import io.holdfast.engine.log.LogSurvey;
import io.holdfast.engine.storage.FileStorage;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A log of some 12 MiB that is looked through. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LogBenchmark {
  private static final int ALL_ROWS = 250_000;

  /** Rows of a bundle. */
  @Param({"100", "1000", "8192"})
  public int rows = 1000;

  private final Folder folder = new Folder();

  /** Writes it. */
  @Setup
  public void write() {
    try (BufferAllocator allocator = new RootAllocator();
        Shape.Built made = new Shape.Rows(rows).build(allocator, 0);
        DurableBuffer buffer = DurableBuffer.open(folder.path())) {
      buffer.subscribe("bench");
      for (int i = 0; i < ALL_ROWS; i += rows) {
        var _ = buffer.appendAsync(made.bundle());
      }
      buffer.flush();
    }
  }

  /** Removes it. */
  @TearDown
  public void remove() throws IOException {
    folder.remove();
  }

  /** Every entry is found and checked. */
  @Benchmark
  public long scan() throws IOException {
    try (LogSurvey survey = LogRecovery.survey(FileStorage.at(folder.path()))) {
      return survey.sequenceBehindAll();
    }
  }
}
