package io.holdfast.testkit;

import java.time.Duration;

/** A log whose subscriber keeps up, so that its files are used again, with a disk that fails. */
class ReuseCrashTest extends CrashLoops {
  private static final int LARGE = 700_000;

  /** The bundles are large, and so is a disk that is copied. */
  @Override
  long outcomes() {
    return 1;
  }

  @Override
  void scenario(History history) {
    history.open();
    history.subscribe("a");
    for (int i = 0; i < 13; i++) {
      history.append(LARGE);
      history.take("a", 1, How.ACK);
      history.pass(Duration.ofMillis(700));
    }
    history.appendTogether(3, 5_000);
    history.append(LARGE);
    history.take("a", 2, How.ACK);
    history.append(20);
  }
}
