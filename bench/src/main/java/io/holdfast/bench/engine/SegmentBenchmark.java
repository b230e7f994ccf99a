package io.holdfast.bench.engine;

import io.holdfast.cli.bench.Shape;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.log.EncodedEntry;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.segment.SegmentPlan;
import io.holdfast.engine.segment.SegmentWriter;
import io.holdfast.engine.segment.Survivor;
import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Place;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.StoredSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
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

/** Bundles of a log that become a segment of some 12 MiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SegmentBenchmark {
  private static final long LIMIT = 64L << 20;
  private static final int ALL_ROWS = 250_000;
  private static final Identity SOME = new Identity(1, 1, 1);

  /** Rows of a bundle. */
  @Param({"100", "1000", "8192"})
  public int rows = 1000;

  private final BufferPool pool = new BufferPool();
  private final BufferAllocator allocator = new RootAllocator();
  private final Folder folder = new Folder();
  private PooledBuffer memory = pool.take(1);
  private int length;
  private StoredBundle.SlotAt slot =
      new StoredBundle.SlotAt(0, SchemaFingerprint.ofName("bench"), 0, 0, 0);

  /** Makes the bundle that all of them are. */
  @Setup
  public void make() {
    try (Shape.Built made = new Shape.Rows(rows).build(allocator, 0);
        StoredBundle stored =
            EncodedEntry.of(made.bundle(), pool, new SchemaMessages(), LIMIT)
                .reread(SOME, allocator)) {
      StoredSlot only = stored.slots().getFirst();
      ByteBuffer payload = only.payload();
      length = stored.length();
      slot =
          new StoredBundle.SlotAt(
              only.id(),
              only.fingerprint(),
              only.rowCount(),
              only.payloadAt(),
              payload.remaining());
      memory.release();
      memory = pool.take(length);
      memory.buffer().put(only.payloadAt(), payload, payload.position(), payload.remaining());
    }
  }

  /** Lets go of it. */
  @TearDown
  public void end() throws IOException {
    memory.release();
    allocator.close();
    folder.remove();
  }

  /** It, as the log would give it. */
  private final class InMemory implements Survivor {
    private final long sequence;

    InMemory(long sequence) {
      this.sequence = sequence;
    }

    @Override
    public long sequence() {
      return sequence;
    }

    @Override
    public int items() {
      return rows;
    }

    @Override
    public StoredBundle read() {
      memory.retain();
      return new StoredBundle(
          Place.inLog("memory", 0),
          new Identity(sequence, sequence, 1),
          length,
          memory,
          List.of(slot),
          allocator);
    }

    @Override
    public void read(ByteBuffer target, int at) {
      target.put(target.position(), memory.buffer(), at, target.remaining());
      target.position(target.limit());
    }
  }

  private SegmentPlan plan() throws IOException {
    SegmentPlan plan = new SegmentPlan(LIMIT);
    for (int i = 0; i * rows < ALL_ROWS; i++) {
      plan.add(new InMemory(i));
    }
    return plan;
  }

  /** Their messages are found and put in order; nothing is decoded. */
  @Benchmark
  public int splice() throws IOException {
    return plan().size();
  }

  /** The same, and the segment is written, with its syncs. */
  @Benchmark
  public long write() throws IOException {
    SegmentPlan plan = plan();
    SegmentWriter writer = new SegmentWriter(FileStorage.at(folder.path()), pool, allocator);
    SegmentWriter.Range range =
        new SegmentWriter.Range(plan.firstSequence(), plan.lastSequence(), 0, plan.bytes());
    SegmentWriter.Draft draft = writer.draft(plan, 1, range);
    writer.write(draft);
    return draft.size();
  }
}
