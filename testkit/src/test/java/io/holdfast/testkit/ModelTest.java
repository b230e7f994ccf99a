package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random operations against a witness that knows what may come and what must. */
@Timeout(36_000)
class ModelTest {
  /** How a list of operations ended badly. */
  private record Failure(String message, List<String> log, Throwable cause) {}

  private long crashes;

  /**
   * {@code -Dholdfast.seed=N} repeats one history; with {@code -Dholdfast.runs=N} as well, that
   * many from there on.
   */
  @Test
  void whatIsAcceptedComesUntilItIsResolvedWhateverHappensBetween() {
    Long first = Long.getLong("holdfast.seed");
    long runs = Long.getLong("holdfast.runs", first == null ? 200 : 1);
    long from = first == null ? 1 : first;
    long began = System.nanoTime();
    for (long seed = from; seed < from + runs; seed++) {
      List<Operation> operations = Operations.of(seed);
      Failure failure = run(seed, operations);
      if (failure != null) {
        fail(seed, operations, failure);
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "model: %d histories from seed %d, %d crashes, %.0f histories/s%n",
        runs, from, crashes, runs / seconds);
    assertThat(crashes).isPositive();
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
        crashes += history.crashes;
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
            + " failed; repeat it with\n  mvn -pl engine,testkit -Dtest=ModelTest"
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
