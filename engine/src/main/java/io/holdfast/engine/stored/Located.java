package io.holdfast.engine.stored;

import java.util.OptionalLong;

/** Where a bundle lies, in the log or in a segment. Holds its file. */
public interface Located {
  /** What it is known by: its sequence, or below zero where it has none. */
  long key();

  /** Its items. */
  int items();

  /** Its bytes, as they count in a backlog. */
  int length();

  /** Its ingestion time, nanoseconds since the epoch; 0 also when a key below zero has none. */
  long time();

  /** Its ingestion time, where it is known. */
  default OptionalLong knownTime() {
    return key() >= 0 || time() != 0 ? OptionalLong.of(time()) : OptionalLong.empty();
  }

  /** Whether its data is older than a time, nanoseconds since the epoch; no, if not known. */
  default boolean isOlderThan(long notBefore) {
    return knownTime().stream().anyMatch(time -> time < notBefore);
  }

  /** Lets go of the file. Once, unless reading it did. */
  void release();
}
