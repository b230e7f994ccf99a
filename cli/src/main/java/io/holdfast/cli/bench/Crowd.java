package io.holdfast.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
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
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** What a delivery costs when several subscribers take and ack everything. */
public final class Crowd {
  private static final int PIPELINED = 64;

  private final Path folder;

  /** Measures in a folder, where a folder of its own is made and removed again. */
  public Crowd(Path folder) {
    this.folder = folder;
  }

  /**
   * What was measured.
   *
   * @param subscribers how many took and acked everything
   * @param bundles that were appended
   * @param nanos until the last subscriber had acked the last bundle
   * @param cpuNanos processor time of the process, appends and syncs included
   */
  public record Result(int subscribers, int bundles, long nanos, long cpuNanos) {
    /** Bundles that came to subscribers, in a second. */
    public double deliveriesPerSecond() {
      return (double) subscribers * bundles / (nanos / 1e9);
    }

    /** Processor time for each delivery. */
    public double cpuNanosPerDelivery() {
      return (double) cpuNanos / subscribers / bundles;
    }
  }

  /** Measures with one number of subscribers; a part of it again comes before, for the compiler. */
  public Result measure(Shape shape, int subscribers, int bundles)
      throws IOException, InterruptedException {
    run(shape, subscribers, Math.max(1, bundles / 4));
    return run(shape, subscribers, bundles);
  }

  private Result run(Shape shape, int subscribers, int bundles)
      throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(folder);
        BufferAllocator allocator = new RootAllocator();
        DurableBuffer buffer =
            DurableBuffer.open(work.folder().resolve("buffer"), BufferOptions.defaults());
        Shape.Built built = shape.build(allocator, 1);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Acker> ackers = new ArrayList<>();
      for (int i = 0; i < subscribers; i++) {
        ackers.add(new Acker(buffer.subscribe("bench-" + i), bundles));
      }
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long cpu = system.getProcessCpuTime();
      long started = System.nanoTime();
      List<Future<?>> running = new ArrayList<>();
      for (Acker acker : ackers) {
        running.add(threads.submit(acker));
      }
      try {
        ArrayDeque<CompletableFuture<Long>> pending = new ArrayDeque<>();
        for (int i = 0; i < bundles; i++) {
          pending.add(buffer.appendAsync(built.bundle()));
          if (pending.size() > PIPELINED) {
            pending.remove().join();
          }
        }
        pending.forEach(CompletableFuture::join);
        for (Future<?> one : running) {
          one.get();
        }
      } finally {
        ackers.forEach(Acker::end);
      }
      return new Result(
          subscribers, bundles, System.nanoTime() - started, system.getProcessCpuTime() - cpu);
    } catch (ExecutionException e) {
      throw new IOException("a delivery failed: " + e.getCause(), e.getCause());
    }
  }
}
