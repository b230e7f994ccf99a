package io.holdfast.fuzz;

import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Says at the end of a search how much processor time it took, and has it recorded when nothing was
 * found: on a machine that does other things as well, the seconds that it was given tell little.
 * With {@code -Pfuzz} only, where each target has a process of its own.
 */
public final class SearchReport implements TestWatcher, AfterAllCallback {
  private boolean searched;
  private boolean found;

  @Override
  public void testSuccessful(ExtensionContext context) {
    searched = true;
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    found = true;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    long seconds =
        ProcessHandle.current().info().totalCpuDuration().map(Duration::toSeconds).orElse(0L);
    Class<?> target = context.getRequiredTestClass();
    System.out.printf(
        "fuzz: %s, %,d processor seconds, %s%n",
        target.getSimpleName(), seconds, found ? "something found" : "nothing found");
    // A target whose seeds cannot be made has not failed: it was never there.
    if (searched && !found) {
      Campaign.ran(
          subject(target), "processor seconds of a search, " + target.getSimpleName(), seconds);
    }
  }

  /** What the targets of a package search in. */
  private static Subject subject(Class<?> target) {
    String name = target.getPackageName();
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "engine" -> Subject.ENGINE;
      case "language" -> Subject.LANGUAGE;
      case "server" -> Subject.SERVER;
      default -> throw new IllegalStateException("what is tested in " + name);
    };
  }
}
