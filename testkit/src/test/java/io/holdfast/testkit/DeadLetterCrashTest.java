package io.holdfast.testkit;

import java.time.Duration;
import java.util.List;

/**
 * Bundles are given up, replayed, given up again and purged, with a disk that fails at any call.
 */
class DeadLetterCrashTest extends CrashLoops {
  private static final int LARGE = 200_000;

  @Override
  void scenario(History history) {
    history.open();
    history.subscribe("a");
    history.append(100);
    history.appendTogether(5, 700);
    history.append(LARGE);
    history.append(-1);
    history.take("a", List.of(How.REJECT, How.ACK, How.REJECT, How.REJECT));
    history.flush(true);
    history.replay("a", 0);
    history.take("a", List.of(How.ACK, How.REJECT));
    history.purge("a", 1);
    history.flush(true);
    history.replay("a");
    history.take("a", List.of(How.REJECT, How.ACK, How.REJECT));
    history.pass(Duration.ofSeconds(2));
    // What is in line goes over into the next life.
    history.replay("a", 0);
    history.close(true);
    history.buffer();
    history.take("a", List.of(How.REJECT, How.ACK));
    history.append(300);
    history.take("a", 1, How.REJECT);
    history.purge("a");
    history.append(200);
    history.take("a", 1, How.REJECT);
    history.flush(true);
  }

  @Override
  void goOn(History history) {
    history.replay("a");
    history.take("a", List.of(How.REJECT, How.ACK, How.ACK));
  }
}
