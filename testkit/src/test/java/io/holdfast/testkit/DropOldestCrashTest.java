package io.holdfast.testkit;

import io.holdfast.engine.WhenFull;
import java.time.Duration;

/** A disk that is full, on which old files go for new bundles, and that fails at any call. */
class DropOldestCrashTest extends CrashLoops {
  private static final int LARGE = 150_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Override
  void scenario(History history) {
    history.change(options -> options.withWhenFull(WhenFull.DROP_OLDEST));
    history.open();
    history.subscribe("a");
    history.subscribe("b");
    history.append(LARGE, PATIENCE);
    history.appendTogether(4, 900);
    history.take("a", 3, How.ACK);
    // What is unresolved goes to a segment, the oldest file.
    history.close(true);
    history.room(500_000L);
    history.buffer();
    for (int i = 0; i < 8; i++) {
      history.append(LARGE, PATIENCE);
      history.take("b", 1, How.ACK);
    }
    history.flush(true);
    history.take("a", 1, How.ACK_DURABLY);
    history.room(null);
    history.pass(Duration.ofSeconds(12));
    history.append(LARGE, PATIENCE);
    history.close(true);
    history.buffer();
    history.append(10, PATIENCE);
  }
}
