package io.holdfast.engine.progress;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber's own file says of segments. In the file: number of foreign ones u32, for each:
 * segment number u64, checksum u32 of its trailer, bundles u32, a bit for each bundle in words of
 * u64 | number of projected ones u32, for each: segment number u64, checksum u32 of its trailer.
 *
 * @param foreign by number, what is resolved of segments whose bundles have no sequences
 * @param projected by number, the trailer's checksum of each segment that the Quiver file lists
 */
public record SegmentProgress(Map<Long, Foreign> foreign, Map<Long, Integer> projected) {
  private static final int FOREIGN_BYTES = 16;
  private static final int PROJECTED_BYTES = 12;

  /**
   * A segment of another engine.
   *
   * @param checksum in its trailer
   * @param bundles how many it has
   * @param resolved bit i is bundle i of its manifest
   */
  public record Foreign(int checksum, int bundles, BitSet resolved) {
    private int words() {
      return (bundles + 63) / 64;
    }
  }

  /** Nothing is known of any segment. */
  public static SegmentProgress none() {
    return new SegmentProgress(Map.of(), Map.of());
  }

  int bytes() {
    int sum = 8 + PROJECTED_BYTES * projected.size();
    for (Foreign one : foreign.values()) {
      sum += FOREIGN_BYTES + 8 * one.words();
    }
    return sum;
  }

  void write(ByteBuffer target) {
    target.putInt(foreign.size());
    foreign.forEach(
        (number, one) -> {
          target.putLong(number).putInt(one.checksum).putInt(one.bundles);
          long[] words = one.resolved.toLongArray();
          for (int i = 0; i < one.words(); i++) {
            target.putLong(i < words.length ? words[i] : 0);
          }
        });
    target.putInt(projected.size());
    projected.forEach((number, checksum) -> target.putLong(number).putInt(checksum));
  }

  /** Null when the bytes cannot be that. */
  static @Nullable SegmentProgress read(ByteBuffer source) {
    Map<Long, Foreign> foreign = new TreeMap<>();
    int count = source.remaining() < 4 ? 0 : source.getInt();
    for (int i = 0; i < count; i++) {
      if (source.remaining() < FOREIGN_BYTES) {
        return null;
      }
      long number = source.getLong();
      int checksum = source.getInt();
      int bundles = source.getInt();
      if (bundles < 0 || source.remaining() < 8L * ((bundles + 63L) / 64)) {
        return null;
      }
      long[] words = new long[(bundles + 63) / 64];
      for (int word = 0; word < words.length; word++) {
        words[word] = source.getLong();
      }
      foreign.put(number, new Foreign(checksum, bundles, BitSet.valueOf(words)));
    }
    Map<Long, Integer> projected = new TreeMap<>();
    int listed = source.remaining() < 4 ? 0 : source.getInt();
    if (count < 0 || listed < 0 || source.remaining() < (long) PROJECTED_BYTES * listed) {
      return null;
    }
    for (int i = 0; i < listed; i++) {
      long number = source.getLong();
      projected.put(number, source.getInt());
    }
    return new SegmentProgress(foreign, projected);
  }
}
