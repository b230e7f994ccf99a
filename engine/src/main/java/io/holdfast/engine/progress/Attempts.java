package io.holdfast.engine.progress;

import io.holdfast.engine.stored.Bounds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber's own file says of what is not resolved. In the file, sections: kind u16 |
 * length u32 of what follows | content. Kind 1, what is handed out: connected u8 | stops u32 |
 * below i64 | is one alone u8 | which i64 | counts of crashes. Kind 2, counts of failed attempts.
 * Kind 3, {@link Losses}. Kind 4, what is on hold: runs, each first i64 and last i64. Counts: how
 * many u32, for each key i64 and count u32. Other kinds are passed over.
 *
 * @param handedOut what may have been out
 * @param failures failed attempts, by key
 * @param losses what policies have taken
 */
public record Attempts(HandedOut handedOut, Map<Long, Integer> failures, Losses losses) {
  /** Nothing was out, and nothing has failed. */
  public static final Attempts NONE = new Attempts(HandedOut.NOTHING, Map.of(), Losses.NONE);

  private static final int SECTION_HEAD_BYTES = 2 + 4;
  private static final int HANDED_OUT = 1;
  private static final int HANDED_OUT_BYTES = 1 + 4 + 8 + 1 + 8;
  private static final int FAILURES = 2;
  private static final int LOSSES = 3;
  private static final int ON_HOLD = 4;
  private static final int RUN_BYTES = 8 + 8;
  private static final int COUNT_BYTES = 8 + 4;

  /** Counting goes on from here, and must not overflow. */
  private static final int MOST_COUNTED = 1 << 30;

  /** Copies the map. */
  public Attempts {
    failures = Map.copyOf(failures);
  }

  int bytes() {
    return 4 * SECTION_HEAD_BYTES
        + HANDED_OUT_BYTES
        + bytes(handedOut.crashes())
        + bytes(failures)
        + losses.bytes()
        + RUN_BYTES * handedOut.onHold().size();
  }

  private static int bytes(Map<Long, Integer> counts) {
    return 4 + COUNT_BYTES * counts.size();
  }

  void write(ByteBuffer target) {
    target.putShort((short) HANDED_OUT).putInt(HANDED_OUT_BYTES + bytes(handedOut.crashes()));
    target.put((byte) (handedOut.connected() ? 1 : 0)).putInt(handedOut.stops());
    target.putLong(handedOut.below());
    target.put((byte) (handedOut.alone().isPresent() ? 1 : 0));
    target.putLong(handedOut.alone().orElse(0));
    write(target, handedOut.crashes());
    target.putShort((short) FAILURES).putInt(bytes(failures));
    write(target, failures);
    target.putShort((short) LOSSES).putInt(losses.bytes());
    losses.write(target);
    target.putShort((short) ON_HOLD).putInt(RUN_BYTES * handedOut.onHold().size());
    handedOut.onHold().forEach((first, last) -> target.putLong(first).putLong(last));
  }

  private static void write(ByteBuffer target, Map<Long, Integer> counts) {
    target.putInt(counts.size());
    counts.forEach((key, count) -> target.putLong(key).putInt(count));
  }

  /** Null when the bytes cannot be that. */
  static @Nullable Attempts read(ByteBuffer source) {
    HandedOut handedOut = HandedOut.NOTHING;
    Map<Long, Integer> failures = Map.of();
    Losses losses = Losses.NONE;
    Map<Long, Long> onHold = Map.of();
    while (source.remaining() >= SECTION_HEAD_BYTES) {
      int kind = Short.toUnsignedInt(source.getShort());
      int length = source.getInt();
      if (length < 0 || length > source.remaining()) {
        return null;
      }
      ByteBuffer section = source.slice(source.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      source.position(source.position() + length);
      if (kind == HANDED_OUT && length >= HANDED_OUT_BYTES) {
        handedOut = handedOut(section);
      } else if (kind == FAILURES) {
        failures = counts(section);
      } else if (kind == LOSSES) {
        losses = Losses.read(section);
      } else if (kind == ON_HOLD) {
        onHold = runs(section);
      }
    }
    return new Attempts(handedOut.withOnHold(onHold), failures, losses);
  }

  private static HandedOut handedOut(ByteBuffer section) {
    boolean connected = section.get() != 0;
    int stops = Math.clamp(section.getInt(), 0, MOST_COUNTED);
    long below = section.getLong();
    boolean isOneAlone = section.get() != 0;
    long alone = section.getLong();
    return new HandedOut(
        connected,
        stops,
        below,
        isOneAlone ? OptionalLong.of(alone) : OptionalLong.empty(),
        counts(section),
        Map.of());
  }

  private static Map<Long, Long> runs(ByteBuffer section) {
    Map<Long, Long> runs = new HashMap<>();
    while (section.remaining() >= RUN_BYTES) {
      long first = section.getLong();
      long last = section.getLong();
      if (Bounds.isPossibleKey(first) && Bounds.isPossibleKey(last)) {
        runs.put(first, last);
      }
    }
    return runs;
  }

  private static Map<Long, Integer> counts(ByteBuffer section) {
    Map<Long, Integer> counts = new HashMap<>();
    int size = section.remaining() < 4 ? 0 : section.getInt();
    for (int i = 0; i < size && section.remaining() >= COUNT_BYTES; i++) {
      long key = section.getLong();
      counts.put(key, Math.clamp(section.getInt(), 0, MOST_COUNTED));
    }
    return counts;
  }
}
