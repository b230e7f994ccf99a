package io.holdfast.engine.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap buffers in sizes of powers of two. Keeps a bounded amount for the next user; what is
 * over that goes to the garbage collector. Thread-safe.
 */
public final class BufferPool {
  private static final int SMALLEST_SHIFT = 12;
  private static final int LARGEST_SHIFT = 24;
  private static final long KEPT_BYTES = 64L << 20;

  private final SizeClass[] classes = new SizeClass[LARGEST_SHIFT - SMALLEST_SHIFT + 1];
  private final AtomicLong kept = new AtomicLong();

  /** An empty pool. */
  public BufferPool() {
    for (int i = 0; i < classes.length; i++) {
      classes[i] = new SizeClass();
    }
  }

  /**
   * A buffer for one user, little-endian, from position 0 to limit {@code bytes}; its content is
   * undefined.
   */
  public PooledBuffer take(int bytes) {
    int shift = Math.max(SMALLEST_SHIFT, 32 - Integer.numberOfLeadingZeros(Math.max(bytes, 1) - 1));
    if (shift > LARGEST_SHIFT) {
      return new PooledBuffer(this, -1, allocate(bytes)).taken(bytes);
    }
    PooledBuffer reused = classes[shift - SMALLEST_SHIFT].poll();
    if (reused != null) {
      kept.addAndGet(-reused.capacity());
      return reused.taken(bytes);
    }
    return new PooledBuffer(this, shift - SMALLEST_SHIFT, allocate(1 << shift)).taken(bytes);
  }

  void giveBack(PooledBuffer buffer, int sizeClass) {
    if (sizeClass >= 0 && kept.get() + buffer.capacity() <= KEPT_BYTES) {
      kept.addAndGet(buffer.capacity());
      classes[sizeClass].add(buffer);
    }
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The free buffers of one size. */
  private static final class SizeClass {
    private final ArrayDeque<PooledBuffer> free = new ArrayDeque<>();

    synchronized @Nullable PooledBuffer poll() {
      return free.pollLast();
    }

    synchronized void add(PooledBuffer buffer) {
      free.addLast(buffer);
    }
  }
}
