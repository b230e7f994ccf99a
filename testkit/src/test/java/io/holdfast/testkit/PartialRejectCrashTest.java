package io.holdfast.testkit;

import java.time.Duration;
import java.util.List;

/** A part of what comes is given up, and of that a part again, with a disk that fails anywhere. */
class PartialRejectCrashTest extends CrashLoops {
  @Override
  void scenario(History history) {
    history.open();
    history.subscribe("a");
    history.append(100);
    history.append(-1);
    history.appendTogether(4, 700);
    history.take("a", 2, How.REJECT_REST);
    history.flush(true);
    history.take("a", 1, How.REJECT_REST);
    history.replay("a", 0);
    history.take("a", 1, How.REJECT_REST);
    // Else a crash may bring bundle and letter, as it brings anything that was acked just before.
    history.flush(true);
    history.replay("a");
    history.take("a", List.of(How.REJECT_REST, How.REJECT_REST, How.REJECT));
    history.flush(true);
    history.pass(Duration.ofSeconds(2));
    history.replay("a", 1);
    history.close(true);
    history.buffer();
    history.take("a", List.of(How.REJECT_REST, How.ACK));
    history.append(300);
    history.take("a", 2, How.REJECT_REST);
  }

  /** Whoever gets all again gives the same up. */
  @Override
  void goOn(History history) {
    history.take("a", 100, How.REJECT_REST);
    history.flush(false);
  }
}
