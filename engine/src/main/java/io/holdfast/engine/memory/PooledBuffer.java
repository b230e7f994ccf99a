package io.holdfast.engine.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A buffer of a pool, with a count of its users. Who takes it is the first; it goes back when the
 * last has released it. Counting is thread-safe, the content is not.
 */
public final class PooledBuffer {
  private final BufferPool pool;
  private final int sizeClass;
  private final ByteBuffer buffer;
  private final long address;
  private final AtomicInteger users = new AtomicInteger();

  PooledBuffer(BufferPool pool, int sizeClass, ByteBuffer buffer) {
    this.pool = pool;
    this.sizeClass = sizeClass;
    this.buffer = buffer;
    this.address = MemorySegment.ofBuffer(buffer).address();
  }

  PooledBuffer taken(int bytes) {
    users.set(1);
    buffer.clear().limit(bytes);
    return this;
  }

  /** The memory. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Where its byte 0 lies. */
  public long address() {
    return address;
  }

  int capacity() {
    return buffer.capacity();
  }

  /** One more user. */
  public void retain() {
    if (users.getAndIncrement() <= 0) {
      throw new IllegalStateException("a buffer that went back to its pool is used again");
    }
  }

  /** One user less. */
  public void release() {
    int left = users.decrementAndGet();
    if (left == 0) {
      pool.giveBack(this, sizeClass);
    } else if (left < 0) {
      throw new IllegalStateException("a buffer was released more often than it was retained");
    }
  }
}
