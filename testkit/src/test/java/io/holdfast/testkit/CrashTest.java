package io.holdfast.testkit;

import java.time.Duration;

/** Appends, acks, dead letters, segments and a second life, with a disk that fails at any call. */
class CrashTest extends CrashLoops {
  @Override
  void scenario(History history) {
    history.open();
    history.subscribe("a");
    history.append(100);
    history.appendTogether(5, 700);
    history.take("a", 3, How.ACK);
    history.flush(true);
    history.subscribe("b");
    for (int i = 0; i < 9; i++) {
      history.append(300_000);
      if (i % 4 == 0) {
        history.take("a", 5, How.ACK);
        history.pass(Duration.ofSeconds(2));
      }
    }
    history.take("b", 12, How.ACK);
    history.take("a", 2, How.REJECT);
    history.flush(true);
    history.append(-1);
    history.take("b", 1, How.ACK);
    history.close(true);
    if (!history.isOpen()) {
      history.open();
    }
    history.appendTogether(3, 5000);
    history.take("a", 3, How.ACK);
    history.append(10);
    history.pass(Duration.ofSeconds(3));
  }
}
