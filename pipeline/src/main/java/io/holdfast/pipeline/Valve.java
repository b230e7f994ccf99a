package io.holdfast.pipeline;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether events may flow into something now, and those who want to know when that changes.
 * Thread-safe; it begins open.
 */
public final class Valve {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean open = true;

  /** An open valve. */
  public Valve() {}

  /** Whether events may flow. */
  public boolean isOpen() {
    return open;
  }

  /** Opens or closes it. Listeners are called when that is a change. */
  public void set(boolean nowOpen) {
    synchronized (this) {
      if (open == nowOpen) {
        return;
      }
      open = nowOpen;
    }
    listeners.forEach(Runnable::run);
  }

  /**
   * Adds somebody who is called after each change, on the thread that made it, and must be quick. A
   * call says that something changed and not what: ask {@link #isOpen}.
   */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }
}
