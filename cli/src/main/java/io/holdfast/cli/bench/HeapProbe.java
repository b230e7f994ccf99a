package io.holdfast.cli.bench;

import com.sun.management.ThreadMXBean;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * A process that appends for a time, for {@link Heap}; it prints how much, what it allocated, and
 * at which of its milliseconds that began.
 */
public final class HeapProbe {
  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger ARROW = Logger.getLogger("org.apache.arrow");

  private HeapProbe() {}

  /**
   * Appends.
   *
   * @param arguments the directory, the shape, producers, and the time in nanoseconds
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ARROW.setLevel(Level.WARNING);
    Shape shape = Shape.of(arguments[1]).orElseThrow();
    int producers = Integer.parseInt(arguments[2]);
    long time = Long.parseLong(arguments[3]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (BufferAllocator allocator = new RootAllocator();
        DurableBuffer buffer = DurableBuffer.open(Path.of(arguments[0]), BufferOptions.defaults());
        ExecutorService running = Executors.newCachedThreadPool()) {
      Acker acker = new Acker(buffer.subscribe("bench"));
      Future<?> consumer = running.submit(acker);
      try {
        // A quarter comes before, in which classes are loaded and compiled.
        produce(buffer, shape, allocator, running, producers, time / 4);
        long begun = ManagementFactory.getRuntimeMXBean().getUptime();
        long before = threads.getTotalThreadAllocatedBytes();
        long bundles = produce(buffer, shape, allocator, running, producers, time);
        long bytes = threads.getTotalThreadAllocatedBytes() - before;
        System.out.println(bundles + " " + bytes + " " + begun);
      } finally {
        acker.end();
      }
      consumer.get();
    } catch (ExecutionException e) {
      throw new IOException("it failed: " + e.getCause(), e.getCause());
    }
  }

  private static long produce(
      DurableBuffer buffer,
      Shape shape,
      BufferAllocator allocator,
      ExecutorService running,
      int producers,
      long time)
      throws InterruptedException, ExecutionException {
    long end = System.nanoTime() + time;
    List<Future<Long>> all = new ArrayList<>();
    for (int i = 0; i < producers; i++) {
      int number = i;
      all.add(
          running.submit(
              () -> {
                long count = 0;
                try (Shape.Built built = shape.build(allocator, number)) {
                  while (System.nanoTime() < end) {
                    buffer.append(built.bundle());
                    count++;
                  }
                }
                return count;
              }));
    }
    long count = 0;
    for (Future<Long> one : all) {
      count += one.get();
    }
    return count;
  }
}
