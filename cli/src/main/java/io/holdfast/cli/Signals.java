package io.holdfast.cli;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import sun.misc.Signal;

/**
 * What Ctrl-C, SIGTERM and a closed terminal do to a command that runs until it is stopped: the
 * first asks it to stop, the second halts the process at once with 130.
 *
 * <p>A shutdown hook would not do: there the virtual machine ignores a second signal, and a clean
 * stop ends with 143.
 */
final class Signals {
  private Signals() {}

  /**
   * Handles the signals of this process from now on. A signal that the process was started to
   * ignore ({@code nohup}) stays ignored.
   *
   * @param stop runs once, at the first signal, on a thread of its own; gets the signal's name
   */
  static void onFirst(Consumer<String> stop) {
    AtomicBoolean stopping = new AtomicBoolean();
    for (String name : List.of("INT", "TERM", "HUP")) {
      try {
        Signal.handle(
            new Signal(name),
            signal -> {
              if (stopping.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
              }
              stop.accept(name);
            });
      } catch (IllegalArgumentException e) {
        // This system has no such signal, or the virtual machine was told to leave signals alone.
      }
    }
  }
}
