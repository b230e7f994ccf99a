package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Parcel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Collects, releases and settles events at random, some of which cannot be read again, and checks
 * that only what waits for more events is let go, and that in the end each event was acked, refused
 * or let go.
 */
class CollectedModelTest {
  private static final int ROUNDS = 30;
  private static final int STEPS = 150;

  @TempDir private Path directory;

  @Test
  void noEventIsLostOrStuckHoweverItIsCollected() throws Exception {
    long base = Long.getLong("holdfast.seed", 1);
    for (int i = 0; i < ROUNDS; i++) {
      long seed = base + i;
      try (Round round = new Round(directory.resolve("round-" + i), new Random(seed))) {
        round.run();
      } catch (Throwable failure) {
        throw new AssertionError(
            "repeat with: mvn -pl pipeline -am test -Dtest=CollectedModelTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + seed,
            failure);
      }
    }
  }

  private static final class Round implements AutoCloseable {
    private final Random random;
    private final int readCount;

    /** Else nothing is let go, and some bundles cannot be read again. */
    private final boolean letsGo;

    private final WindowBench bench;
    private final Map<Parcel, Hold> holds = new HashMap<>();
    private int next;
    private int bundles;
    private final Set<Long> acked = new HashSet<>();
    private final Set<Long> letGo = new HashSet<>();

    Round(Path directory, Random random) {
      this.random = random;
      this.readCount = 1 + random.nextInt(4);
      this.letsGo = random.nextBoolean();
      this.bench =
          new WindowBench(
              directory,
              readCount,
              new Patience(letsGo ? 1 + random.nextInt(20) : 10_000),
              BufferOptions.defaults().withMaxInFlight(2 + readCount));
    }

    void run() throws InterruptedException {
      for (int i = 0; i < STEPS; i++) {
        step();
        bench.loop.runAll();
        check();
      }
      bench.unreadable.clear();
      finish();
      Set<Long> all = new TreeSet<>(acked);
      all.addAll(letGo);
      all.addAll(bench.deadLetters());
      assertThat(all).as("acked, refused or let go").hasSize(next);
    }

    /** Takes what comes until nothing is left. */
    private void finish() throws InterruptedException {
      for (int i = 0; bench.kept() > 0; i++) {
        assertThat(i).as("it ends").isLessThan(10_000);
        bench.window.pump();
        List<Parcel> open = open();
        open.forEach(this::ack);
        if (!open.isEmpty()) {
          bench.loop.runAll();
        } else if (bench.loop.hasTimers()) {
          bench.loop.fire();
          bench.loop.runAll();
        } else if (bench.window.pending() > 0) {
          bench.loop.runUntilPosted();
        }
      }
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0, 1 -> append();
        case 2 -> bench.window.pump();
        case 3, 4, 5, 6 -> any().ifPresent(this::hold);
        case 7 -> any().ifPresent(this::release);
        case 8 -> any().ifPresent(this::ack);
        case 9 -> settleSome();
        case 10 -> {
          if (bench.loop.hasTimers()) {
            bench.loop.fire();
          }
        }
        default -> {
          if (letsGo) {
            bench.window.makeRoom();
          } else if (random.nextBoolean()) {
            bench.unreadable.add((long) random.nextInt(bundles + 1));
          } else {
            bench.unreadable.clear();
          }
        }
      }
    }

    private void append() {
      int[] ids = new int[1 + random.nextInt(4)];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = next++;
      }
      bench.append(ids);
      bundles++;
    }

    private List<Parcel> open() {
      return bench.sent.stream().filter(it -> !it.isSpent() && it.isCaredFor()).toList();
    }

    private Optional<Parcel> any() {
      List<Parcel> open = open();
      return open.isEmpty() ? Optional.empty() : Optional.of(open.get(random.nextInt(open.size())));
    }

    private void hold(Parcel parcel) {
      Hold hold = random.nextInt(4) == 0 ? Hold.UNTIL_TIME : Hold.UNTIL_MORE;
      holds.put(parcel, hold);
      parcel.hold(hold);
    }

    private void release(Parcel parcel) {
      holds.remove(parcel);
      parcel.release();
    }

    private void ack(Parcel parcel) {
      holds.remove(parcel);
      acked.add(parcel.event().id());
      parcel.ack();
    }

    /** As the result of a window is settled. */
    private void settleSome() {
      List<Parcel> some = new ArrayList<>(open());
      some.removeIf(_ -> random.nextBoolean());
      int outcome = random.nextInt(4);
      for (Parcel parcel : some) {
        switch (outcome) {
          case 0 -> ack(parcel);
          case 1 -> {
            holds.remove(parcel);
            parcel.refuse("by chance");
          }
          default -> {
            holds.remove(parcel);
            parcel.fail("by chance");
          }
        }
      }
    }

    private void check() {
      if (letsGo) {
        for (Parcel parcel : bench.sent) {
          if (!parcel.isSpent() && !parcel.isCaredFor()) {
            assertThat(holds.get(parcel)).as("of what is let go").isEqualTo(Hold.UNTIL_MORE);
            letGo.add(parcel.event().id());
            // It is nobody's any more.
            parcel.ack();
          }
        }
      }
      List<Parcel> open = open();
      long out = open.stream().filter(parcel -> !holds.containsKey(parcel)).count();
      assertThat(bench.window.pending()).as("on their way").isGreaterThanOrEqualTo(out);
      assertThat(bench.kept()).as("kept").isGreaterThanOrEqualTo(open.size());
      assertThat(bench.window.waiting()).isLessThanOrEqualTo(bench.kept());
    }

    @Override
    public void close() {
      bench.close();
    }
  }
}
