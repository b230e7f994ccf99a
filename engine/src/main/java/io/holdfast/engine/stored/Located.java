package io.holdfast.engine.stored;

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

  /** Whether its data is older than a time, nanoseconds since the epoch; no, if not known. */
  default boolean isOlderThan(long notBefore) {
    boolean known = key() >= 0 || time() != 0;
    return known && time() < notBefore;
  }

  /** Lets go of the file. Once, unless reading it did. */
  void release();
}
