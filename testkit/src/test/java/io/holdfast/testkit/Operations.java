package io.holdfast.testkit;

import io.holdfast.engine.RetryPolicy;
import io.holdfast.engine.StartAt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes a list of operations from a seed. Each seed has a temper of its own, so that some lists are
 * all crashes, some all failing disks, and most are short: then hundreds run in a second.
 */
final class Operations {
  private static final List<String> IDS = List.of("a", "b", "c");

  private final SplittableRandom random;
  private final boolean faulty;
  private final boolean filling;
  private final boolean losing;
  private final boolean letters;
  private final boolean large;
  private final int maxAttempts;

  private Operations(long seed) {
    random = new SplittableRandom(seed);
    faulty = random.nextInt(4) == 0;
    filling = random.nextInt(8) == 0;
    losing = random.nextInt(8) == 0;
    letters = random.nextInt(4) == 0;
    large = random.nextInt(100) == 0;
    maxAttempts = letters ? 1 + random.nextInt(3) : RetryPolicy.UNLIMITED;
  }

  static List<Operation> of(long seed) {
    return new Operations(seed).list();
  }

  private List<Operation> list() {
    List<Operation> list = new ArrayList<>();
    if (losing || letters || random.nextInt(4) == 0) {
      list.add(options());
    }
    if (random.nextInt(8) > 0) {
      list.add(new Operation.Subscribe("a", StartAt.EARLIEST));
    }
    if (large && random.nextBoolean()) {
      list.add(keepUp());
    }
    int count = large ? 60 : 4 + random.nextInt(random.nextInt(5) == 0 ? 60 : 16);
    while (list.size() < count) {
      list.add(next());
    }
    // A history without a crash proves little.
    list.add(list.size() - random.nextInt(4), new Operation.Crash(random.nextLong()));
    return list;
  }

  private Operation next() {
    return switch (random.nextInt(25)) {
      case 0, 1, 2, 3 -> new Operation.Append(size(), Duration.ofSeconds(random.nextInt(2)));
      case 4, 5 -> new Operation.AppendTogether(1 + random.nextInt(8), size());
      case 6 -> new Operation.AppendLater(1 + random.nextInt(4), size());
      case 7, 8, 9, 10, 11 -> new Operation.Take(id(), hows());
      case 12 -> new Operation.LetGo(random.nextInt(8), how());
      case 13 -> new Operation.Flush();
      case 14 ->
          large && random.nextBoolean()
              ? keepUp()
              : new Operation.Pass(Duration.ofMillis(random.nextInt(3000)));
      case 15 -> random.nextInt(3) == 0 ? new Operation.Check() : new Operation.Flush();
      case 16 -> new Operation.Subscribe(id(), StartAt.EARLIEST);
      case 17 -> ofSubscribers();
      case 18 -> new Operation.Close();
      case 19 -> new Operation.Kill();
      case 20 -> new Operation.Crash(random.nextLong());
      case 21 -> new Operation.CutSoon(1 + random.nextInt(random.nextBoolean() ? 4 : 30));
      case 22 -> new Operation.CrashInRecovery(1 + random.nextInt(40), random.nextLong());
      case 23 -> random.nextInt(8) == 0 ? new Operation.FallBehind(6, 420_000) : slow();
      default -> rare();
    };
  }

  /** Enough for log files to be used again. */
  private Operation keepUp() {
    return new Operation.KeepUp("a", 8 + random.nextInt(8), 400_000 + random.nextInt(600_000));
  }

  /** Once for long, or again and again. */
  private Operation slow() {
    return random.nextBoolean()
        ? new Operation.Slow(
            1 + random.nextInt(20), 1, Duration.ofMillis(1 + random.nextInt(30_000)))
        : new Operation.Slow(
            1, 1 + random.nextInt(40), Duration.ofMillis(1 + random.nextInt(1500)));
  }

  private Operation ofSubscribers() {
    return switch (random.nextInt(5)) {
      case 0 -> new Operation.Subscribe(id(), StartAt.LATEST);
      case 1 -> new Operation.Unsubscribe(id());
      case 2 -> new Operation.Reconnect(id());
      case 3 -> letters ? new Operation.Replay(id()) : new Operation.Reconnect(id());
      default -> letters ? new Operation.Purge(id()) : new Operation.Flush();
    };
  }

  private Operation rare() {
    if (faulty) {
      return random.nextInt(3) == 0
          ? new Operation.Heal()
          : new Operation.Fail(1 + random.nextInt(20), random.nextBoolean(), outcome());
    }
    if (filling) {
      return random.nextInt(3) == 0
          ? new Operation.Fill(null)
          : new Operation.Fill((long) random.nextInt(random.nextBoolean() ? 3000 : 3_000_000));
    }
    return switch (random.nextInt(3)) {
      case 0 -> new Operation.Jump(Duration.ofSeconds(random.nextInt(-100_000, 100_000)));
      case 1 -> options();
      default -> new Operation.Check();
    };
  }

  private Faults.Outcome outcome() {
    return switch (random.nextInt(5)) {
      case 0 -> Faults.Outcome.FULL;
      case 1 -> Faults.Outcome.SHORT;
      default -> Faults.Outcome.FAIL;
    };
  }

  private Operation options() {
    return new Operation.Options(
        16 << random.nextInt(3),
        losing && random.nextBoolean(),
        losing && random.nextBoolean() ? Duration.ofSeconds(1 + random.nextInt(100)) : null,
        random.nextInt(4) == 0 ? Duration.ofMillis(1 + random.nextInt(5000)) : null,
        random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1000,
        maxAttempts);
  }

  private String id() {
    return IDS.get(Math.min(random.nextInt(5), 4) % IDS.size());
  }

  private int size() {
    if (large) {
      return 100_000 + random.nextInt(900_000);
    }
    return switch (random.nextInt(12)) {
      case 0 -> -1;
      case 1 -> random.nextInt(60_000);
      case 2 -> 0;
      default -> random.nextInt(1500);
    };
  }

  private List<How> hows() {
    int count = 1 + random.nextInt(6);
    if (random.nextBoolean()) {
      return Collections.nCopies(count, How.ACK);
    }
    List<How> hows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hows.add(how());
    }
    return hows;
  }

  private How how() {
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4, 5 -> How.ACK;
      case 6 -> How.ACK_DURABLY;
      case 7, 8 -> How.DEFER;
      case 9 -> How.FAIL;
      case 10, 11 -> How.GIVE_BACK;
      case 12 -> letters ? How.REJECT : How.ACK;
      case 13 -> How.KEEP;
      default -> How.HOLD;
    };
  }
}
