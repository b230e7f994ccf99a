package io.holdfast.engine.progress;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What a subscriber may have had in its hands when its owner ended, as its progress file says it.
 *
 * @param connected whether somebody was taking bundles
 * @param stops how many owners in a row ended while somebody was, and left some of these bundles
 *     unresolved
 * @param below every bundle that may have been handed out has a sequence below it; {@link
 *     Long#MIN_VALUE} when none may
 * @param alone the bundle that was out alone
 * @param crashes how many owners ended while a bundle was out alone, by its sequence
 * @param onHold what whoever took it has survived, as runs: first to last
 */
public record HandedOut(
    boolean connected,
    int stops,
    long below,
    OptionalLong alone,
    Map<Long, Integer> crashes,
    Map<Long, Long> onHold) {
  /** Nothing was out. */
  public static final HandedOut NOTHING =
      new HandedOut(false, 0, Long.MIN_VALUE, OptionalLong.empty(), Map.of(), Map.of());

  /** Copies the maps. */
  public HandedOut {
    crashes = Map.copyOf(crashes);
    onHold = Map.copyOf(onHold);
  }

  /** The same with other runs. */
  HandedOut withOnHold(Map<Long, Long> runs) {
    return new HandedOut(connected, stops, below, alone, crashes, runs);
  }
}
