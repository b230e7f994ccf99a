package io.holdfast.cli.bench;

import com.sun.management.ThreadMXBean;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * What an append costs the thread that calls it: its processor time, beside that of a plain copy of
 * the same bytes, and what it allocates on the heap. Appends are not waited for one by one, so that
 * the thread is never asleep for long.
 */
public final class Caller {
  private static final int PIPELINED = 64;
  private static final int ROUNDS = 5;

  private final Path folder;

  /** Measures in a folder, where a folder of its own is made and removed again. */
  public Caller(Path folder) {
    this.folder = folder;
  }

  /**
   * Of one append, in the mean.
   *
   * @param count how many there were
   * @param cpuNanos processor time of the caller, in nanoseconds: of several rounds
   * @param copyNanos processor time of a plain copy with its checksum, in nanoseconds, likewise
   * @param heapBytes allocated by the caller
   * @param arrowBytes allocated when Arrow alone makes the message of the same batch
   */
  public record Result(
      int count, Spread cpuNanos, Spread copyNanos, double heapBytes, double arrowBytes) {}

  /** One round. */
  private record Round(double cpuNanos, double copyNanos, double heapBytes) {}

  /**
   * Measures with one shape; a round comes before, for the compiler.
   *
   * @param count appends of each round
   */
  public Result measure(Shape shape, int count) throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(folder);
        BufferAllocator allocator = new RootAllocator();
        DurableBuffer buffer =
            DurableBuffer.open(work.folder().resolve("buffer"), BufferOptions.defaults());
        Shape.Built built = shape.build(allocator, 1);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Subscriber subscriber = buffer.subscribe("bench");
      Acker acker = new Acker(subscriber);
      Future<?> consumer = thread.submit(acker);
      try {
        PlainCopy copy = new PlainCopy(bytes(built));
        append(buffer, built, copy, count);
        arrowAlone(built, count);
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
          rounds.add(append(buffer, built, copy, count));
        }
        return new Result(
            count,
            spread(rounds, Round::cpuNanos),
            spread(rounds, Round::copyNanos),
            spread(rounds, Round::heapBytes).median(),
            arrowAlone(built, count));
      } finally {
        acker.end();
        consumer.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a delivery failed: " + e.getCause(), e.getCause());
    }
  }

  private static Spread spread(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Spread.of(rounds.stream().mapToDouble(figure).toArray());
  }

  private static int bytes(Shape.Built built) {
    return built.batches().stream()
        .flatMap(batch -> batch.getFieldVectors().stream())
        .mapToInt(FieldVector::getBufferSize)
        .sum();
  }

  /** The one future that is waited for belongs to what is measured; it is done, mostly. */
  private static Round append(DurableBuffer buffer, Shape.Built built, PlainCopy copy, int count) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ArrayDeque<CompletableFuture<Long>> pending = new ArrayDeque<>(PIPELINED + 1);
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long cpu = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
      pending.add(buffer.appendAsync(built.bundle()));
      if (pending.size() > PIPELINED) {
        pending.remove().join();
      }
    }
    cpu = threads.getCurrentThreadCpuTime() - cpu;
    bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
    pending.forEach(CompletableFuture::join);
    return new Round((double) cpu / count, copy.measure(count), (double) bytes / count);
  }

  /** What Arrow's own unloader and writer of messages allocate, in bytes. */
  private static double arrowAlone(Shape.Built built, int count) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < count; i++) {
      for (VectorSchemaRoot batch : built.batches()) {
        try (ArrowRecordBatch message = new VectorUnloader(batch).getRecordBatch()) {
          MessageSerializer.serializeMetadata(message, IpcOption.DEFAULT);
        }
      }
    }
    return (double) (threads.getCurrentThreadAllocatedBytes() - bytes) / count;
  }
}
