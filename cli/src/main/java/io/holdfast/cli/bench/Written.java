package io.holdfast.cli.bench;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;

/**
 * How many bytes reach the disk for each byte that is appended, by the counters of the disk. As
 * many bytes are appended before: then log files are used again, as they are in a buffer that has
 * run for a while, and none is filled with zeros.
 */
public final class Written {
  private static final long CAP_BYTES = 32L << 30;
  private static final int DIFFERENT = 16;
  private static final Duration SETTLING = Duration.ofMillis(500);

  private final Path folder;
  private final int producers;

  /**
   * Measures.
   *
   * @param folder where a folder of its own is made and removed again
   * @param producers threads that append
   */
  public Written(Path folder, int producers) {
    this.folder = folder;
    this.producers = producers;
  }

  /**
   * What was measured.
   *
   * @param payload bytes of the columns that were appended
   * @param written bytes that the disk counted for them, the filesystem's own included
   * @param others bytes that the disk counted in as long a time without the buffer
   */
  public record Result(long payload, long written, long others) {
    /** Bytes written for each byte of payload. */
    public double factor() {
      return (double) written / payload;
    }
  }

  /**
   * Measures with one shape.
   *
   * @param kept whether nobody takes what is appended, so that all of it stays
   * @param bytes how much payload is appended
   * @return empty where the system does not show the counters of the disk
   */
  public Optional<Result> measure(Shape shape, boolean kept, long bytes)
      throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(folder)) {
      Optional<BlockDevice> device = BlockDevice.of(work.folder());
      if (device.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          measure(shape, kept, bytes, device.get(), work.folder().resolve("buffer")));
    } catch (ExecutionException e) {
      throw new IOException("an append failed: " + e.getCause(), e.getCause());
    }
  }

  private Result measure(Shape shape, boolean kept, long bytes, BlockDevice device, Path directory)
      throws IOException, InterruptedException, ExecutionException {
    BufferOptions options = BufferOptions.defaults().withCapBytes(CAP_BYTES);
    try (BufferAllocator allocator = new RootAllocator();
        DurableBuffer buffer = DurableBuffer.open(directory, options);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      Acker acker = new Acker(buffer.subscribe("bench"));
      Future<?> consumer = threads.submit(kept ? () -> null : acker);
      try {
        long started = System.nanoTime();
        append(buffer, allocator, threads, shape, bytes);
        long before = settled(device, System.nanoTime() - started);
        started = System.nanoTime();
        long payload = append(buffer, allocator, threads, shape, bytes);
        long after = settled(device, System.nanoTime() - started);
        long nanos = System.nanoTime() - started;
        acker.end();
        consumer.get();
        Thread.sleep(nanos / 1_000_000);
        return new Result(payload, after - before, device.bytesWritten() - after);
      } finally {
        acker.end();
      }
    }
  }

  /**
   * The counter when it stands still: segments are written for a while after the last append, about
   * as long as it took. Where others write to the disk it never does, and is not waited for longer.
   */
  private static long settled(BlockDevice device, long appendNanos)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + 2 * appendNanos + SETTLING.toNanos();
    long last = device.bytesWritten();
    while (System.nanoTime() - end < 0) {
      Thread.sleep(SETTLING);
      long now = device.bytesWritten();
      if (now == last) {
        break;
      }
      last = now;
    }
    return last;
  }

  private long append(
      DurableBuffer buffer,
      BufferAllocator allocator,
      ExecutorService threads,
      Shape shape,
      long bytes)
      throws InterruptedException, ExecutionException {
    List<Shape.Built> bundles = new ArrayList<>();
    try {
      for (int i = 0; i < DIFFERENT; i++) {
        bundles.add(shape.build(allocator, i));
      }
      AtomicLong appended = new AtomicLong();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < producers; i++) {
        int first = i;
        running.add(
            threads.submit(
                () -> {
                  int next = first % DIFFERENT;
                  while (appended.getAndAdd(payload(bundles.get(next))) < bytes) {
                    buffer.append(bundles.get(next).bundle());
                    next = (next + 1) % DIFFERENT;
                  }
                  // The one that was not appended any more.
                  appended.addAndGet(-payload(bundles.get(next)));
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      return appended.get();
    } finally {
      bundles.forEach(Shape.Built::close);
    }
  }

  private static long payload(Shape.Built built) {
    return built.batches().stream()
        .flatMap(batch -> batch.getFieldVectors().stream())
        .mapToLong(FieldVector::getBufferSize)
        .sum();
  }
}
