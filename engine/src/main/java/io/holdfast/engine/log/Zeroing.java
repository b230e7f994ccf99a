package io.holdfast.engine.log;

import io.holdfast.engine.TaskExecutor;
import java.nio.ByteBuffer;

/**
 * Keeps zeros ahead of the log's end, in the background, where that pays: a sync of small groups
 * then has no file size to journal. Large groups are bound by bandwidth, so for them it stays off.
 */
final class Zeroing implements AutoCloseable {
  private static final int SMALL_GROUP_BYTES = 256 << 10;
  private static final int MEMORY = 8;

  private final LogWriter writer;
  private final TaskExecutor.Task task;
  private final ByteBuffer zeros;
  private final long ahead;

  /** A moving average; the committer's. */
  private long averageGroup;

  private volatile boolean groupsAreSmall = true;

  Zeroing(LogWriter writer, TaskExecutor executor, long rotationBytes) {
    this.writer = writer;
    int chunk = (int) Math.min(Zeros.MOST_BYTES, rotationBytes / 4);
    this.zeros = Zeros.of(chunk);
    this.ahead = chunk;
    this.task = executor.register("holdfast-zeroing", this::step);
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
    while (groupsAreSmall && writer.zeroAhead(ahead, zeros)) {
      // The next turn sees how far the committer has come meanwhile.
    }
    if (groupsAreSmall) {
      writer.prepareNext(zeros);
    }
  }

  @Override
  public void close() {
    task.close();
  }
}
