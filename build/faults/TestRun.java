import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs test classes, or {@code Class#method}, one after the other until one fails, and prints a
 * line for each test that failed.
 */
public final class TestRun {
  private static final int LONGEST_MESSAGE = 160;

  private TestRun() {}

  /** Runs what is named. */
  public static void main(String[] args) {
    Launcher launcher = LauncherFactory.create();
    Watch watch = new Watch();
    for (String name : args) {
      if (!watch.failed) {
        launcher.execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(name.contains("#") ? selectMethod(name) : selectClass(name))
                .build(),
            watch);
      }
    }
    System.out.println("tests run\t" + watch.tests);
    // Threads of what has failed may still be there.
    Runtime.getRuntime().halt(0);
  }

  private static final class Watch implements TestExecutionListener {
    private int tests;
    private boolean failed;

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
      tests += test.isTest() ? 1 : 0;
      if (result.getStatus() == TestExecutionResult.Status.FAILED) {
        failed = true;
        String line = result.getThrowable().map(TestRun::firstLine).orElse("no reason is known");
        System.out.println("failed test\t" + name(test) + "\t" + line);
      }
    }
  }

  private static String name(TestIdentifier test) {
    StringBuilder name = new StringBuilder();
    for (var segment : test.getUniqueIdObject().getSegments()) {
      String value = segment.getValue();
      switch (segment.getType()) {
        case "class", "class-template" -> name.append(value.substring(value.lastIndexOf('.') + 1));
        case "method", "test-template" -> name.append('.').append(value.replaceFirst("\\(.*", ""));
        case "class-template-invocation", "test-template-invocation" -> name.append(value);
        default -> {}
      }
    }
    return name.toString();
  }

  private static String firstLine(Throwable thrown) {
    String message = String.valueOf(thrown).strip().replaceAll("\\s+", " ");
    return message.length() > LONGEST_MESSAGE
        ? message.substring(0, LONGEST_MESSAGE) + " ..."
        : message;
  }
}
