package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;
import io.holdfast.engine.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random operations against a witness that knows what may come and what must. */
@Timeout(36_000)
class ModelTest {
  /** How a list of operations ended badly. */
  private record Failure(String message, List<String> log, Throwable cause) {}

  /** What histories have seen, over all threads. */
  private final LongAdder withCrashes = new LongAdder();

  private final LongAdder crashes = new LongAdder();
  private final LongAdder confirmed = new LongAdder();
  private final LongAdder checked = new LongAdder();
  private final LongAdder slowCalls = new LongAdder();
  private final LongAdder compared = new LongAdder();
  private final LongAdder checkedFiles = new LongAdder();
  private final LongAdder segments = new LongAdder();

  /**
   * {@code -Dholdfast.seed=N} repeats one history; with {@code -Dholdfast.runs=N} as well, that
   * many from there on, with {@code -Dholdfast.threads=N} on so many threads.
   */
  @Test
  void whatIsAcceptedComesUntilItIsResolvedWhateverHappensBetween() throws Exception {
    Long first = Long.getLong("holdfast.seed");
    long runs = Long.getLong("holdfast.runs", first == null ? 200 : 1);
    long from = first == null ? 1 : first;
    int threads = Integer.getInteger("holdfast.threads", 1);
    long began = System.nanoTime();
    AtomicLong next = new AtomicLong(from);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(executor.submit(() -> histories(next, from + runs)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "model: %,d histories from seed %d, %,d with a crash, %,d crashes, %,d bundles confirmed,"
            + " %,d deliveries checked, %,d slow calls, %,d comparisons of counters, %,d of files,"
            + " %,d segments seen, %.0f histories/s%n",
        runs,
        from,
        withCrashes.sum(),
        crashes.sum(),
        confirmed.sum(),
        checked.sum(),
        slowCalls.sum(),
        compared.sum(),
        checkedFiles.sum(),
        segments.sum(),
        runs / seconds);
    assertThat(withCrashes.sum()).isPositive();
    if (runs >= 100) {
      // What none of so many histories has met is not tested.
      assertThat(List.of(slowCalls.sum(), compared.sum(), checkedFiles.sum(), segments.sum()))
          .allMatch(sum -> sum > 0);
    }
    Campaign.ran(
        Subject.ENGINE,
        "simulated histories with a crash",
        withCrashes.sum(),
        confirmed.sum(),
        checked.sum(),
        from);
  }

  /** One thread's part; after a failure the others end as well. */
  private void histories(AtomicLong next, long end) {
    for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
      List<Operation> operations = Operations.of(seed);
      Failure failure = run(seed, operations);
      if (failure != null) {
        next.set(end);
        fail(seed, operations, failure);
      }
    }
  }

  /** Entries that no sync had covered are gone with a crash; a second one comes soon after. */
  @Test
  void aHoleThatWasSteppedOverIsNotCalledDamageAfterASecondCrash() {
    List<Operation> operations =
        List.of(
            new Operation.Options(32, false, null, Duration.ofSeconds(4), 1000, 2),
            new Operation.Append(774, Duration.ZERO),
            new Operation.Append(542, Duration.ZERO),
            new Operation.Append(1091, Duration.ZERO),
            new Operation.Crash(1709405754603524681L),
            new Operation.Append(10, Duration.ZERO),
            new Operation.Crash(1784524809496996088L));
    for (long seed = 0; seed < 200; seed++) {
      List<Operation> varied = new ArrayList<>(operations);
      varied.set(4, new Operation.Crash(seed));
      Failure failure = run(seed, varied);
      if (failure != null) {
        fail(seed, varied, failure);
      }
    }
  }

  private @Nullable Failure run(long seed, List<Operation> operations) {
    try (History history = new History(seed)) {
      try {
        for (Operation operation : operations) {
          apply(history, operation);
        }
        history.end();
        withCrashes.add(history.crashes > 0 ? 1 : 0);
        crashes.add(history.crashes);
        confirmed.add(history.known.confirmed);
        checked.add(history.known.checked);
        slowCalls.add(history.slowCalls);
        compared.add(history.compared);
        checkedFiles.add(history.checkedFiles);
        segments.add(history.segmentsSeen);
        return null;
      } catch (Exception | AssertionError e) {
        return new Failure(String.valueOf(e.getMessage()), new ArrayList<>(history.log()), e);
      }
    }
  }

  private static void apply(History history, Operation operation) throws Exception {
    try {
      operation.apply(history);
    } catch (StorageException e) {
      // Only a disk that fails may keep a buffer from being opened, or from working.
      if (history.isCalm()) {
        throw e;
      }
      history.log().add("  " + e.getMessage());
    }
    history.glance();
  }

  private void fail(long seed, List<Operation> operations, Failure first) {
    List<Operation> few =
        Shrinking.shrink(
            operations,
            less -> {
              Failure failure = run(seed, less);
              return failure != null && failure.cause.getClass() == first.cause.getClass();
            });
    Failure failure = run(seed, few);
    Failure shown = failure == null ? first : failure;
    throw new AssertionError(
        "history "
            + seed
            + " failed; repeat it with\n  mvn -pl testkit -am -Dtest=ModelTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
            + seed
            + " test\nIt takes no more than:\n  "
            + few.stream().map(Object::toString).collect(Collectors.joining("\n  "))
            + "\nWhat happened:\n  "
            + String.join("\n  ", shown.log)
            + "\n"
            + shown.message,
        shown.cause);
  }
}
