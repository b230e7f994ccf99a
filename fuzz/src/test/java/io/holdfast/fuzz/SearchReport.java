package io.holdfast.fuzz;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Says at the end of a search how much processor time it took: on a machine that does other things
 * as well, the seconds that it was given tell little. With {@code -Pfuzz} only, where each target
 * has a process of its own.
 */
public final class SearchReport implements TestWatcher, AfterAllCallback {
  private boolean found;

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    found = true;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    long seconds =
        ProcessHandle.current().info().totalCpuDuration().map(Duration::toSeconds).orElse(0L);
    System.out.printf(
        "fuzz: %s, %,d processor seconds, %s%n",
        context.getRequiredTestClass().getSimpleName(),
        seconds,
        found ? "something found" : "nothing found");
  }
}
