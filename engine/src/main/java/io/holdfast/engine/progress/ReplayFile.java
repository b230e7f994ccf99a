package io.holdfast.engine.progress;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Bounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * {@code holdfast.replay} in a dead-letter buffer, version 1: the letters that are to be delivered
 * again. Content: number of runs u32 | for each run first u64 and last u64. Missing or damaged, it
 * means none.
 */
public final class ReplayFile {
  /** Its name. */
  public static final String NAME = "holdfast.replay";

  private static final String MAGIC = "HFREPLAY";
  private static final int VERSION = 1;

  private ReplayFile() {}

  /** Reads it. */
  public static ResolvedSet read(Storage storage) throws IOException {
    ResolvedSet wanted = new ResolvedSet(0);
    if (Envelope.read(storage, NAME, MAGIC, VERSION)
            instanceof Envelope.Result.Content(ByteBuffer content)
        && content.remaining() >= 4) {
      for (int runs = content.getInt(); runs > 0 && content.remaining() >= 16; runs--) {
        long first = content.getLong();
        long last = content.getLong();
        if (Bounds.isPossible(first) && Bounds.isPossible(last)) {
          wanted.add(first, last);
        }
      }
    }
    return wanted;
  }

  /** Replaces it, durably. */
  public static void write(Storage storage, ResolvedSet wanted) throws IOException {
    // A set that has everything below a mark says so as a run.
    Map<Long, Long> runs = wanted.runs();
    int count = runs.size() + (wanted.lowWater() > 0 ? 1 : 0);
    ByteBuffer content = ByteBuffer.allocate(4 + 16 * count).order(ByteOrder.LITTLE_ENDIAN);
    content.putInt(count);
    if (wanted.lowWater() > 0) {
      content.putLong(0).putLong(wanted.lowWater() - 1);
    }
    runs.forEach((first, last) -> content.putLong(first).putLong(last));
    Envelope.replace(storage, "", NAME, Envelope.wrap(MAGIC, VERSION, content.flip()));
  }

  /** Whether there is one. */
  public static boolean exists(Storage storage) throws IOException {
    return storage.status(NAME).isPresent();
  }
}
