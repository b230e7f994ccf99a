package io.holdfast.cli;

import io.holdfast.script.EventContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Goes over the events of a run, and tells the time meanwhile. */
final class RunLoop {
  private static final long TICK_MILLIS = 100;

  private final RunProgram program;
  private final RunInput input;
  private final RunOutput output;
  private final RunClock clock;
  private final ProgressBar progress;
  private final long bytes;
  private final Object lock = new Object();

  /**
   * A run.
   *
   * @param progress is told how much of the input was read
   * @param bytes of the input
   */
  RunLoop(
      RunProgram program,
      RunInput input,
      RunOutput output,
      RunClock clock,
      ProgressBar progress,
      long bytes) {
    this.program = program;
    this.input = input;
    this.output = output;
    this.clock = clock;
    this.progress = progress;
    this.bytes = bytes;
  }

  /** Runs to the end of the input, and returns whether nothing went wrong. */
  boolean run() throws IOException {
    Thread ticker = clock.isRunning() ? Thread.ofVirtual().start(this::tickForEver) : null;
    try {
      while (step()) {
        progress.at(input.bytes(), bytes);
      }
    } finally {
      stop(ticker);
      output.flush();
    }
    return output.isFine();
  }

  private static void stop(@Nullable Thread ticker) {
    if (ticker != null) {
      ticker.interrupt();
    }
  }

  private boolean step() throws IOException {
    EventContext event;
    try {
      event = input.next();
    } catch (RunInput.BadLine e) {
      output.complain(String.valueOf(e.getMessage()));
      return true;
    } catch (JsonLines.TooLongException e) {
      output.complain("holdfast: line " + e.line() + ": " + e.getMessage());
      return false;
    }
    if (event == null) {
      return false;
    }
    synchronized (lock) {
      program.run(event, output);
      if (input.mayWait()) {
        output.flush();
      }
    }
    return true;
  }

  private void tickForEver() {
    try {
      while (true) {
        Thread.sleep(TICK_MILLIS);
        synchronized (lock) {
          program.tick(RunClock.now(), output);
          output.flush();
        }
      }
    } catch (InterruptedException | IOException e) {
      // The run is over, or will find out itself.
    }
  }
}
