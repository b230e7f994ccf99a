package io.holdfast.testkit;

import io.holdfast.engine.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random operations against a witness that knows what may come and what must. */
@Timeout(300)
class ModelTest {
  private static final int OPERATIONS = 40;

  /** {@code -Dholdfast.seed=N} repeats one history, {@code -Dholdfast.histories=N} runs more. */
  @Test
  void whatIsAcceptedComesUntilItIsResolvedWhateverHappensBetween() {
    Long one = Long.getLong("holdfast.seed");
    if (one != null) {
      run(one);
      return;
    }
    int histories = Integer.getInteger("holdfast.histories", 200);
    for (long seed = 1; seed <= histories; seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    List<String> done = new ArrayList<>();
    try (History history = new History(seed)) {
      try {
        operate(history, new SplittableRandom(seed));
      } catch (Exception | AssertionError e) {
        done.addAll(history.log());
        throw new AssertionError(
            "history "
                + seed
                + " failed; repeat it with\n  mvn -pl testkit -am -Dtest=ModelTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + seed
                + " test\n  "
                + String.join("\n  ", done)
                + "\n"
                + e.getMessage(),
            e);
      }
    }
  }

  private static void operate(History history, SplittableRandom random) throws Exception {
    history.open();
    history.subscribe("a");
    for (int i = 0; i < OPERATIONS; i++) {
      if (!history.isOpen()) {
        reopen(history, random);
        continue;
      }
      operation(history, random);
    }
    if (!history.isOpen()) {
      history.open();
    }
    history.check();
    history.close(false);
    history.open();
    history.check();
  }

  private static void operation(History history, SplittableRandom random) throws Exception {
    switch (random.nextInt(22)) {
      case 0, 1, 2, 3 -> history.append(size(random));
      case 4, 5, 6 -> history.appendTogether(1 + random.nextInt(8), random.nextInt(2000));
      case 7, 8, 9 -> history.take(any(history, random), 1 + random.nextInt(6), "ack");
      case 10 -> history.take(any(history, random), 1 + random.nextInt(3), "reject");
      case 11 -> history.take(any(history, random), 1 + random.nextInt(3), "close");
      case 12 -> history.take(any(history, random), 1 + random.nextInt(3), "defer");
      case 13 -> history.flush(false);
      case 14 -> history.pass(Duration.ofMillis(random.nextInt(3000)));
      case 15 -> history.check();
      case 16 -> {
        String id = List.of("b", "c").get(random.nextInt(2));
        if (!history.ids().contains(id)) {
          history.subscribe(id);
        }
      }
      case 17 -> {
        if (history.ids().size() > 1) {
          history.unsubscribe(any(history, random));
        }
      }
      case 18 -> history.close(false);
      case 19 -> history.kill();
      default -> history.crash(random.nextLong());
    }
  }

  private static int size(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> -1;
      case 1 -> random.nextInt(400_000);
      default -> random.nextInt(3000);
    };
  }

  private static String any(History history, SplittableRandom random) {
    List<String> ids = List.copyOf(history.ids());
    return ids.get(random.nextInt(ids.size()));
  }

  /** Opens; sometimes the power goes in the middle of it, more than once. */
  private static void reopen(History history, SplittableRandom random) {
    while (random.nextInt(3) == 0) {
      long call = random.nextLong(1, 41);
      history.world.disk().setFaults(Faults.at(call, Faults.Outcome.POWER_CUT));
      try {
        history.open();
        if (history.world.disk().calls() < call) {
          history.world.disk().setFaults(Faults.none());
          return;
        }
        // The cut came in the background work that opening has begun.
        history.crash(random.nextLong());
      } catch (StorageException powerCut) {
        history.crash(random.nextLong());
      }
    }
    history.open();
    if (random.nextBoolean()) {
      history.check();
    }
  }
}
