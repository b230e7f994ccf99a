package io.holdfast.engine.progress;

import io.holdfast.engine.LossReason;
import io.holdfast.engine.stored.Bounds;
import io.holdfast.engine.stored.Totals;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a subscriber has lost to policies, by reason. In a section of its file: for each reason, 1
 * expired or 2 dropped u8 | bundles u64 | items u64 | bytes u64. A value.
 */
public final class Losses {
  /** Nothing. */
  public static final Losses NONE = new Losses(Map.of());

  private static final int BYTES = 1 + 3 * 8;

  private final Map<LossReason, Totals> totals;

  private Losses(Map<LossReason, Totals> totals) {
    this.totals = totals;
  }

  /** These and one more bundle. */
  public Losses plus(LossReason reason, int items, long bytes) {
    Map<LossReason, Totals> more = new EnumMap<>(LossReason.class);
    more.putAll(totals);
    more.put(reason, of(reason).plus(items, bytes));
    return new Losses(more);
  }

  /** What was lost for a reason. */
  public Totals of(LossReason reason) {
    return totals.getOrDefault(reason, Totals.NONE);
  }

  int bytes() {
    return BYTES * totals.size();
  }

  void write(ByteBuffer target) {
    totals.forEach(
        (reason, lost) -> {
          target.put((byte) code(reason)).putLong(lost.bundles());
          target.putLong(lost.items()).putLong(lost.bytes());
        });
  }

  static Losses read(ByteBuffer section) {
    Map<LossReason, Totals> totals = new EnumMap<>(LossReason.class);
    while (section.remaining() >= BYTES) {
      int code = Byte.toUnsignedInt(section.get());
      Totals lost = new Totals(count(section), count(section), count(section));
      for (LossReason reason : LossReason.values()) {
        if (code(reason) == code) {
          totals.put(reason, lost);
        }
      }
    }
    return new Losses(totals);
  }

  private static long count(ByteBuffer section) {
    return Math.clamp(section.getLong(), 0, Bounds.HIGHEST);
  }

  private static int code(LossReason reason) {
    return switch (reason) {
      case EXPIRED -> 1;
      case DROPPED -> 2;
    };
  }
}
