package io.holdfast.testkit;

import java.util.SplittableRandom;

/**
 * What one crash does with what was not synced. Each crash has a temper of its own, so that the
 * extremes (all survives, nothing does) come up as often as the mixtures.
 */
final class Settling {
  private final SplittableRandom random;
  private final double applied;
  private final double torn;
  private final double names;
  private final double noise;
  private final int sectorBytes;

  Settling(long seed) {
    random = new SplittableRandom(seed);
    // A share of 0 or 1 is drawn on purpose, in a quarter of the crashes each.
    applied = share();
    torn = random.nextDouble();
    names = share();
    noise = share();
    sectorBytes = random.nextBoolean() ? 512 : 4096;
  }

  private double share() {
    return Math.clamp(random.nextDouble() * 2 - 0.5, 0, 1);
  }

  enum Fate {
    APPLIED,
    DROPPED,
    TORN
  }

  Fate fateOfWrite() {
    if (random.nextDouble() < applied) {
      return Fate.APPLIED;
    }
    // At a share of 0 nothing at all survives: that crash has to be among the outcomes.
    return applied > 0 && random.nextDouble() < torn ? Fate.TORN : Fate.DROPPED;
  }

  /** What a torn write leaves of a sector. */
  enum Sector {
    NEW,
    OLD,
    NOISE
  }

  Sector fateOfSector() {
    if (random.nextBoolean()) {
      return Sector.NEW;
    }
    return random.nextDouble() < noise ? Sector.NOISE : Sector.OLD;
  }

  /** The unit that this disk writes whole or not at all, in bytes. */
  int sectorBytes() {
    return sectorBytes;
  }

  byte[] noise(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  boolean keepsName() {
    return random.nextDouble() < names;
  }

  /** How many of a file's size changes, in their order, are settled. */
  int sizeChanges(int all) {
    if (applied == 0 || applied == 1) {
      return applied == 0 ? 0 : all;
    }
    return random.nextInt(3) == 0 ? all : random.nextInt(all + 1);
  }
}
