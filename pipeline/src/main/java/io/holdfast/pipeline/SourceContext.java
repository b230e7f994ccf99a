package io.holdfast.pipeline;

import io.holdfast.engine.TimeSource;
import java.time.Duration;
import java.util.List;

/** What a running {@link Source} has of its host. Thread-safe. */
public interface SourceContext {
  /** The source's name in messages. */
  String name();

  /** Where time comes from. */
  TimeSource time();

  /** Whether everything downstream takes events now. */
  boolean isOpen();

  /**
   * Waits until everything downstream takes events.
   *
   * @throws InterruptedException when the host stops the source
   */
  void awaitOpen() throws InterruptedException;

  /**
   * Sleeps.
   *
   * @throws InterruptedException when the host stops the source
   */
  void sleep(Duration duration) throws InterruptedException;

  /**
   * Hands out events that arrived together. Never waits: what comes while the flow is closed is
   * queued, so a source that does not ask {@link #awaitOpen} fills the memory.
   *
   * @param events in order; may be empty
   * @param settlement is told of each of them exactly once; when the host halts, of those that are
   *     still under way never
   */
  void emit(List<Event> events, Settlement settlement);

  /**
   * Asks the host to stop once everything is delivered, for a source after which nothing is left to
   * do. The host decides.
   */
  void requestStop();

  /**
   * Says something that the operator should know and that does not end the source.
   *
   * @param text a sentence
   */
  void warn(String text);
}
