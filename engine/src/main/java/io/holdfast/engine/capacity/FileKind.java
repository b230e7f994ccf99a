package io.holdfast.engine.capacity;

/** What the bytes in a buffer's directory are for. */
public enum FileKind {
  /** Log files, the active one with its preallocated tail, and the prepared next one. */
  LOG,
  /** Segments, those being written included. */
  SEGMENT,
  /** Everything in the folders of dead letters. */
  DEAD_LETTERS,
  /** Copies of damaged bytes. */
  QUARANTINE,
  /** Files that are not the engine's. */
  FOREIGN
}
