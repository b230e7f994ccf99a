package io.holdfast.script;

import org.jspecify.annotations.Nullable;

/** What a select gives to whoever keeps the duties for its events. */
public sealed interface Selected {
  /**
   * The duty for all events that this was made of; null when nobody waits for any of them.
   *
   * @return the duty, now the caller's
   */
  @Nullable Duty duty();

  /**
   * A result.
   *
   * @param emission what is selected, on port {@code out}
   * @param duty see {@link Selected#duty}
   */
  record Result(Emission emission, @Nullable Duty duty) implements Selected {}

  /**
   * Something failed. Those go no further that a window held when it closed, or the event that was
   * taken, with those of the window that it closed.
   *
   * @param error what went wrong: a {@link ScriptException}, unless it is a mistake in this program
   * @param duty see {@link Selected#duty}
   */
  record Failure(Throwable error, @Nullable Duty duty) implements Selected {}
}
