package io.holdfast.pipeline;

import io.holdfast.engine.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** What a running {@link Sink} has of its host. Thread-safe. */
public interface SinkContext {
  /** The sink's name in messages. */
  String name();

  /** Where time comes from. */
  TimeSource time();

  /** Where chance comes from, jitter for instance. */
  RandomGenerator random();

  /**
   * Takes what waits, in order; waits for the first while there is none.
   *
   * @param most how many at most, 1 or more
   * @return one or more
   * @throws InterruptedException when the host stops the sink
   */
  List<Parcel> take(int most) throws InterruptedException;

  /**
   * Takes what waits, in order; empty when none came in time, or when {@link #wake} was called.
   *
   * @param most how many at most, 1 or more
   * @param timeout how long to wait for the first; zero not to
   * @throws InterruptedException when the host stops the sink
   */
  List<Parcel> take(int most, Duration timeout) throws InterruptedException;

  /**
   * Ends the wait of {@link #take(int, Duration)}, now or the next one. For a sink whose other side
   * speaks on a thread of its own.
   */
  void wake();

  /**
   * Opens the breaker: nothing more is delivered, flow stops upstream, and what waits is failed.
   * Told to the operator at the first call of an outage.
   *
   * @param reason what is wrong and what to do, a sentence
   */
  void down(String reason);

  /**
   * Half-opens the breaker: flow goes on to see whether the other side takes it, but the outage is
   * not over before {@link #up}. Does nothing when the breaker is closed.
   */
  void probe();

  /** Closes the breaker: flow goes on, and the operator is told. Does nothing when it is closed. */
  void up();

  /**
   * Says something that the operator should know and that does not stop the sink.
   *
   * @param text a sentence
   */
  void warn(String text);
}
