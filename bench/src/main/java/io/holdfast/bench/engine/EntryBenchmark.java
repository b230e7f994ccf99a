package io.holdfast.bench.engine;

import io.holdfast.cli.bench.Shape;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.ipc.MalformedIpcException;
import io.holdfast.engine.ipc.PayloadReader;
import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.log.EncodedEntry;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.stored.Crc;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.StoredSlot;
import java.nio.ByteBuffer;
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

/** A bundle on its way into the log, and out of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EntryBenchmark {
  private static final long LIMIT = 64L << 20;
  private static final Identity SOME = new Identity(1, 1, 1);

  /** Rows of the bundle. */
  @Param({"100", "1000", "8192"})
  public int rows = 1000;

  private final BufferPool pool = new BufferPool();
  private final SchemaMessages schemas = new SchemaMessages();
  private final BufferAllocator allocator = new RootAllocator();
  private Shape.Built made = new Shape.Rows(0).build(allocator, 0);
  private RecordBundle bundle = RecordBundle.builder().build();
  private PooledBuffer payload = pool.take(1);
  private int length;

  /** Makes the bundle, and what it is as a payload. */
  @Setup
  public void make() {
    made.close();
    made = new Shape.Rows(rows).build(allocator, 0);
    bundle = made.bundle();
    try (StoredBundle stored =
        EncodedEntry.of(bundle, pool, schemas, LIMIT).reread(SOME, allocator)) {
      StoredSlot slot = stored.slots().getFirst();
      ByteBuffer bytes = slot.payload();
      length = bytes.remaining();
      payload.release();
      payload = pool.take(length);
      payload.buffer().duplicate().put(bytes);
    }
  }

  /** Lets go of it. */
  @TearDown
  public void end() {
    payload.release();
    made.close();
    allocator.close();
  }

  /** A log entry is made, its checksum included. */
  @Benchmark
  public int encode() {
    EncodedEntry entry = EncodedEntry.of(bundle, pool, schemas, LIMIT);
    entry.release();
    return entry.length();
  }

  /** The checksum alone. */
  @Benchmark
  public int crc() {
    return Crc.of(payload.buffer(), 0, length);
  }

  /** Its rows are read in place. */
  @Benchmark
  public int decode() throws MalformedIpcException {
    try (PayloadReader reader = PayloadReader.read(payload, 0, length, allocator)) {
      return reader.root().getRowCount();
    }
  }
}
