package io.holdfast.engine.log;

import io.holdfast.engine.TaskExecutor;
import java.nio.ByteBuffer;

/**
 * Keeps zeros ahead of the log's end, in the background, where that pays: a sync of small groups
 * then has no file size to journal. Large groups are bound by bandwidth, so for them it stays off.
 * Makes spare files ready too, for groups of any size.
 */
final class Zeroing implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int SMALL_GROUP_BYTES = 256 << 10;
  private static final int MEMORY = 8;

  /** One for all buffers: zeros are the same everywhere. */
  private static final ByteBuffer ZEROS = BlockWriter.zeros(CHUNK_BYTES);

  private final LogWriter writer;
  private final SpareFiles spares;
  private final TaskExecutor.Task task;
  private final ByteBuffer zeros;
  private final long ahead;

  /** A moving average; the committer's. */
  private long averageGroup;

  private volatile boolean groupsAreSmall = true;

  Zeroing(LogWriter writer, SpareFiles spares, TaskExecutor executor, long rotationBytes) {
    this.writer = writer;
    this.spares = spares;
    int chunk = (int) Math.min(CHUNK_BYTES, rotationBytes / 4);
    this.zeros = ZEROS.slice(0, chunk);
    this.ahead = chunk;
    this.task = executor.register("holdfast-zeroing", this::step);
    spares.onWork(task::signal);
  }

  /** Tells of a group that was written; called by the committer. */
  void groupWritten(long bytes) {
    averageGroup += (bytes - averageGroup) / MEMORY;
    boolean small = averageGroup < SMALL_GROUP_BYTES;
    groupsAreSmall = small;
    if (small && writer.wantsZeros(ahead)) {
      task.signal();
    }
  }

  private void step() {
    do {
      while (groupsAreSmall && writer.zeroAhead(ahead, zeros)) {
        // The next turn sees how far the committer has come meanwhile.
      }
      if (groupsAreSmall) {
        writer.prepareNext(zeros);
      }
    } while (spares.clearOne());
  }

  @Override
  public void close() {
    spares.stop();
    task.close();
  }
}
