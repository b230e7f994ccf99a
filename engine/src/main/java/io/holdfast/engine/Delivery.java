package io.holdfast.engine;

import java.time.Duration;

/**
 * A bundle that was handed out. Exactly one of {@link #ack}, {@link #reject} and {@link #defer}
 * resolves it; later calls do nothing. {@link #close} gives it back when none was called, and
 * always releases the memory behind {@link #bundle}.
 *
 * <p>Resolving is in memory, quick, and durable within {@link BufferOptions#progressInterval}:
 * until then a crash brings the bundle back. Any thread may call any method.
 */
public interface Delivery extends AutoCloseable {

  /** The bundle; valid until {@link #close}. */
  RecordBundle bundle();

  /** Its sequence: its identity for ever. */
  long sequence();

  /** When it was appended, in nanoseconds since the epoch. */
  long ingestionEpochNanos();

  /** How many times it was handed out to this subscriber since the buffer was opened, from 1. */
  int attempt();

  /** Done: this subscriber never gets it again. */
  void ack();

  /**
   * Given up: this subscriber never gets it again. Counted, and told to the listener with its
   * reason.
   */
  void reject(String reason);

  /** Not now: it comes again after {@code delay}. Nothing counts against it. */
  void defer(Duration delay);

  /** Gives the bundle back, to come again at once, when it is not resolved; frees its memory. */
  @Override
  void close();
}
