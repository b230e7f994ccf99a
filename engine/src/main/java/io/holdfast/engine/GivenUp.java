package io.holdfast.engine;

import io.holdfast.engine.stored.StoredBundle;
import org.jspecify.annotations.Nullable;

/**
 * Why a bundle is given up, and how much of it.
 *
 * @param reason in words
 * @param attempts how many attempts counted against it
 * @param part what is given up of it; null for all
 */
record GivenUp(String reason, int attempts, @Nullable Part part) {

  /** Gives up the whole bundle. */
  GivenUp(String reason, int attempts) {
    this(reason, attempts, null);
  }

  /**
   * Some rows of a bundle, in memory of their own.
   *
   * @param rows what is left of the bundle
   * @param crc the checksum of these rows
   */
  record Part(StoredBundle rows, int crc) {}

  /** Frees the memory of the part: it is kept now, or never will be. */
  void release() {
    if (part != null) {
      part.rows().close();
    }
  }
}
