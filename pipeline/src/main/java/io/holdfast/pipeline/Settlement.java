package io.holdfast.pipeline;

/** Is told how each event was settled, exactly once for each. */
@FunctionalInterface
public interface Settlement {
  /** For a source that has nobody to tell. */
  Settlement NOBODY = (event, outcome) -> {};

  /**
   * Called on any thread, perhaps on several at once; must be quick and must not throw.
   *
   * @param event the one that was handed out
   * @param outcome what became of it and of everything that was derived from it
   */
  void settled(Event event, Outcome outcome);
}
