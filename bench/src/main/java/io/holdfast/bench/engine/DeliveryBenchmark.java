package io.holdfast.bench.engine;

import io.holdfast.cli.bench.Shape;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A backlog that subscribers take and ack, one after the other. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DeliveryBenchmark {
  private static final int BUNDLES = 2000;
  private static final String NAME = "bench";

  /** Rows of a bundle. */
  @Param({"1", "100", "1000"})
  public int rows = 1000;

  private final Folder folder = new Folder();
  private final DurableBuffer buffer = DurableBuffer.open(folder.path());

  /** Writes it; somebody else never takes it, so that it stays. */
  @Setup
  public void write() {
    buffer.subscribe("other").close();
    try (BufferAllocator allocator = new RootAllocator();
        Shape.Built made = new Shape.Rows(rows).build(allocator, 0)) {
      for (int i = 0; i < BUNDLES; i++) {
        var _ = buffer.appendAsync(made.bundle());
      }
      buffer.flush();
    }
  }

  /** Whoever took it goes, and the next one starts at its beginning. */
  @TearDown(Level.Invocation)
  public void forget() {
    buffer.unsubscribe(NAME);
  }

  /** Removes it. */
  @TearDown
  public void remove() throws IOException {
    buffer.close();
    folder.remove();
  }

  /** Takes a bundle, looks at its rows and acks it. */
  @Benchmark
  @OperationsPerInvocation(BUNDLES)
  public long takeAndAck() throws InterruptedException {
    long taken = 0;
    try (Subscriber subscriber = buffer.subscribe(NAME)) {
      for (int i = 0; i < BUNDLES; i++) {
        try (Delivery delivery = subscriber.next(Duration.ofSeconds(10))) {
          if (delivery == null) {
            throw new IllegalStateException("only " + i + " bundles came");
          }
          taken += delivery.bundle().slots().getFirst().root().getRowCount();
          delivery.ack();
        }
      }
    }
    return taken;
  }
}
