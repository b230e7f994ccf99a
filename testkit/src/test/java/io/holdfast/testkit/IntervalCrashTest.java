package io.holdfast.testkit;

import io.holdfast.engine.Durability;
import java.time.Duration;

/** Appends that are synced later, over several log files, with a disk that fails at any call. */
class IntervalCrashTest extends CrashLoops {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  @Override
  void scenario(History history) {
    history.change(options -> options.withDurability(Durability.interval(INTERVAL)));
    history.open();
    history.subscribe("a");
    history.append(100);
    history.appendTogether(4, 700);
    history.pass(INTERVAL);
    history.append(200);
    history.take("a", 3, How.ACK);
    for (int i = 0; i < 6; i++) {
      history.append(300_000);
      history.appendTogether(3, 2_000);
      if (i % 2 == 0) {
        history.pass(INTERVAL);
        history.take("a", 3, How.ACK);
      }
    }
    history.flush(true);
    history.append(300);
    history.close(true);
    history.buffer();
    history.appendTogether(3, 5_000);
    history.pass(Duration.ofSeconds(3));
    history.take("a", 2, How.ACK);
    history.append(10);
  }
}
