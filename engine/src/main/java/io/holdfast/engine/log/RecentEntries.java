package io.holdfast.engine.log;

import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries that were committed last, in the memory in which they were encoded. Who keeps up gets
 * them from here: what was written past the system's cache would have to come from the disk.
 *
 * <p>An entry stays until as many have read it as were connected when it came, or until newer ones
 * need its room. The last of these readers gets the memory itself, each other one a copy, so that
 * nobody sees what another does to it. Thread-safe.
 */
final class RecentEntries {
  /** As many of the smallest buffers as take the memory that is kept at most. */
  private static final int SLOTS = 4096;

  private static final long MOST_BYTES = 32L << 20;

  private final @Nullable PooledBuffer[] memory = new @Nullable PooledBuffer[SLOTS];
  private final long[] sequences = new long[SLOTS];
  private final int[] readersLeft = new int[SLOTS];
  private final long mostBytes;
  private int readers;
  private long bytes;

  /** Nothing of a lower sequence is here. */
  private long oldest;

  private long newest = -1;

  /**
   * An empty one.
   *
   * @param most bytes that may be kept
   */
  RecentEntries(long most) {
    this.mostBytes = Math.min(MOST_BYTES, most);
  }

  /** From now on so many are connected. */
  synchronized void readers(IntSupplier count) {
    // Asked here, so that of two who tell at once the one who is right is the last.
    readers = count.getAsInt();
    if (readers == 0) {
      clear();
    }
  }

  synchronized void add(PendingAppend append) {
    if (readers == 0) {
      return;
    }
    int slot = slot(append.sequence());
    drop(slot);
    PooledBuffer taken = append.takeMemory();
    memory[slot] = taken;
    sequences[slot] = append.sequence();
    readersLeft[slot] = readers;
    bytes += taken.buffer().capacity();
    newest = append.sequence();
    while (bytes > mostBytes && oldest < newest) {
      int old = slot(oldest);
      if (sequences[old] == oldest) {
        drop(old);
      }
      oldest = Math.max(oldest + 1, newest - SLOTS);
    }
  }

  /**
   * The entry's memory, which the caller releases; its checksum was right once. Null when it is not
   * here any more.
   */
  @Nullable PooledBuffer take(long sequence, int length, BufferPool pool) {
    PooledBuffer found;
    synchronized (this) {
      int slot = slot(sequence);
      found = memory[slot];
      if (found == null || sequences[slot] != sequence || found.buffer().limit() != length) {
        return null;
      }
      readersLeft[slot]--;
      if (readersLeft[slot] == 0) {
        bytes -= found.buffer().capacity();
        memory[slot] = null;
        return found;
      }
      found.retain();
    }
    try {
      PooledBuffer copy = pool.take(length);
      copy.buffer().put(0, found.buffer(), 0, length);
      return copy;
    } finally {
      found.release();
    }
  }

  synchronized void clear() {
    for (int slot = 0; slot < SLOTS; slot++) {
      drop(slot);
    }
    oldest = newest + 1;
  }

  private static int slot(long sequence) {
    return (int) (sequence & (SLOTS - 1));
  }

  private void drop(int slot) {
    PooledBuffer dropped = memory[slot];
    if (dropped != null) {
      bytes -= dropped.buffer().capacity();
      memory[slot] = null;
      dropped.release();
    }
  }
}
