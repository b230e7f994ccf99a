package io.holdfast.script;

import java.util.List;

/**
 * What is owed for an event until all that a select makes of it is done: somebody waits for that.
 * Made by whoever runs the select. A duty is passed on exactly once: split, joined with others,
 * given out with a result or a failure, or said to be done. For one thread at a time.
 */
public interface Duty {
  /**
   * Passes the duty on to parts, all of which have to be done.
   *
   * @param parts how many, 2 or more
   * @return so many
   */
  List<? extends Duty> split(int parts);

  /**
   * Passes this duty and others on to one: as that ends, all of them end. If something is thrown,
   * all of them have ended, as failed.
   *
   * @param others made by the same; maybe none
   * @return the one
   */
  Duty join(List<Duty> others);

  /**
   * A window holds it from now on, until it is passed on: that may take long.
   *
   * @param timed whether time ends that, if more events do not
   */
  void hold(boolean timed);

  /**
   * Whether somebody still waits. If nobody does, a window that holds it may say that it is done.
   *
   * @return false when nobody does, nor will again
   */
  boolean matters();

  /** Passes it on to nobody: nothing more comes of it. */
  void done();
}
