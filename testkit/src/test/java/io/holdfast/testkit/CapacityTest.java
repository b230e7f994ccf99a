package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TooLargeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cap of the directory, and the largest bundle. */
@ParameterizedClass
@EnumSource(Disk.class)
class CapacityTest extends EngineSuite {
  private static final int LARGE = 500_000;

  CapacityTest(Disk disk) {
    super(disk);
  }

  /** Appends until the buffer says that it is full; says how many it took. */
  private long fill(DurableBuffer buffer, long from) throws IOException {
    long number = from;
    while (true) {
      try (Bundles.Built built = world.bundles.sized(number, LARGE)) {
        buffer.append(built.bundle(), Duration.ZERO);
      } catch (BufferFullException full) {
        assertThat(full).hasMessageContaining(String.valueOf(world.options.capBytes()));
        return number - from;
      }
      assertThat(bytesOnDisk()).isLessThanOrEqualTo(world.options.capBytes());
      number++;
      assertThat(number - from).isLessThan(1000);
    }
  }

  private long bytesOnDisk() throws IOException {
    return World.bytesIn(world.storage());
  }

  /** The same append, once it is known what became of it. */
  private CompletableFuture<Long> outcome(CompletableFuture<Long> append) {
    while (!append.isDone()) {
      world.options.tasks().pause(1_000_000);
    }
    return append;
  }

  @Test
  void theCapHoldsAndAFullBufferSaysSoAtOnceAndKeepsNothingOfWhatItRefuses() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long took = fill(buffer, 1);
    // Most of the cap is there for bundles.
    assertThat(took * LARGE).isGreaterThan(world.options.capBytes() * 7 / 16);
    assertThat(buffer.status().refused()).isEqualTo(1);
    assertThat(buffer.status().appended()).isEqualTo(took);
    // A file that is finalized meanwhile may make room for another one or two.
    CompletableFuture<Long> last = outcome(appendAsync(buffer, took + 1, LARGE));
    while (!last.isCompletedExceptionally()) {
      took++;
      assertThat(bytesOnDisk()).isLessThanOrEqualTo(world.options.capBytes());
      last = outcome(appendAsync(buffer, took + 1, LARGE));
    }
    assertThatThrownBy(last::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(BufferFullException.class);
    assertThat(buffer.status().refused()).isEqualTo(2);
    assertThat(buffer.status().appended()).isEqualTo(took);
    assertThat(drain(subscriber)).isEqualTo(range(1, took));
  }

  @Test
  void manyAtOnceAreAdmittedOnlyAsFarAsTheCapReaches() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    List<CompletableFuture<Long>> results = new ArrayList<>();
    for (long number = 1; number <= 100; number++) {
      results.add(appendAsync(buffer, number, LARGE));
    }
    List<Long> accepted = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (!outcome(results.get(i)).isCompletedExceptionally()) {
        accepted.add(i + 1L);
      }
    }
    assertThat(bytesOnDisk()).isLessThanOrEqualTo(world.options.capBytes());
    assertThat(accepted).hasSizeBetween(10, 33);
    assertThat(drain(subscriber)).isEqualTo(accepted);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 8, 9, 10})
  void theCapHoldsForWhatDeadLettersTakeByThemselves(int bundles) throws Exception {
    world.options = world.options.withCapBytes(BufferOptions.MIN_CAP_BYTES);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    // What is given up does not leave the log, because this one wants it.
    buffer.subscribe("b");
    for (int number = 1; number <= bundles; number++) {
      append(buffer, number, 800_000);
    }
    int kept = 0;
    for (boolean isRoom = true; isRoom && kept < bundles; ) {
      try (Delivery delivery = take(subscriber)) {
        isRoom = delivery.reject("no");
        kept += isRoom ? 1 : 0;
      }
      // Their log has a file behind another then, and moves what it has to a segment.
      buffer.flush();
      world.options.tasks().pause(Duration.ofSeconds(1).toNanos());
      assertThat(bytesOnDisk())
          .as("with %s letters", kept)
          .isLessThanOrEqualTo(world.options.capBytes());
    }
    assertThat(kept).isPositive();
    buffer.close();
    assertThat(bytesOnDisk()).isLessThanOrEqualTo(world.options.capBytes());
    DurableBuffer again = world.open();
    assertThat(again.deadLetters("a").count()).isEqualTo(kept);
    assertThat(bytesOnDisk()).isLessThanOrEqualTo(world.options.capBytes());
    again.deadLetters("a").purgeAll();
    assertThat(drain(again.subscribe("a"))).isEqualTo(range(kept + 1, bundles));
    assertThat(drain(again.subscribe("b"))).isEqualTo(range(1, bundles));
  }

  @Test
  void roomComesBackAsBundlesAreResolvedAgainAndAgain() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long number = 1;
    for (int round = 0; round < 4; round++) {
      long took = fill(buffer, number);
      assertThat(took).as("round %s", round).isGreaterThan(8);
      assertThat(drain(subscriber)).isEqualTo(range(number, number + took - 1));
      buffer.flush();
      number += took;
      // Small ones as well.
      append(buffer, number);
      assertThat(drain(subscriber)).containsExactly(number);
      number++;
    }
  }

  @Test
  void aFullBufferThatWasKilledOpensAndDeliversAndTakesAgain() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    long took = fill(buffer, 1);
    world.kill();
    DurableBuffer again = world.open();
    Subscriber subscriber = again.subscribe("a");
    assertThat(drain(subscriber)).isEqualTo(range(1, took));
    again.flush();
    assertThat(fill(again, 1000)).isGreaterThan(8);
  }

  @Test
  void aBufferOverASmallerCapStillOpens() throws Exception {
    world.options = world.options.withCapBytes(2 * BufferOptions.MIN_CAP_BYTES);
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    long took = fill(buffer, 1);
    buffer.close();
    world.options = world.options.withCapBytes(BufferOptions.MIN_CAP_BYTES);
    DurableBuffer smaller = world.open();
    Subscriber subscriber = smaller.subscribe("a");
    assertThatThrownBy(
            () -> {
              try (Bundles.Built built = world.bundles.sized(9999, LARGE)) {
                smaller.append(built.bundle(), Duration.ZERO);
              }
            })
        .isInstanceOfSatisfying(
            BufferFullException.class, full -> assertThat(full.isCap()).isTrue());
    assertThat(drain(subscriber)).isEqualTo(range(1, took));
    smaller.flush();
    append(smaller, 1, LARGE);
  }

  @Test
  void anAppendThatMayWaitGivesUpWhenItsTimeIsOver() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    fill(buffer, 1);
    try (Bundles.Built built = world.bundles.sized(999, LARGE)) {
      // A wait may be rewarded with the room that a new segment leaves in the log, but not for
      // ever.
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  buffer.append(built.bundle(), Duration.ofMillis(50));
                }
              })
          .isInstanceOf(BufferFullException.class);
    }
  }

  @Test
  void aBundleThatCanNeverFitIsRefusedByBothSizesAndDisturbsNobody() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    int most = Math.toIntExact(world.options.largestEntryBytes());
    assertThatThrownBy(() -> append(buffer, 2, most))
        .isInstanceOf(TooLargeException.class)
        .hasMessageContaining(String.valueOf(most))
        .hasMessageMatching("(?s).*\\b2\\d{6}\\b.*");
    append(buffer, 3, most - 2000);
    assertThat(drain(subscriber)).containsExactly(1L, 3L);
  }

  @Test
  void aCapBelowTheSmallestIsAnOptionError() {
    assertThatThrownBy(() -> world.options.withCapBytes(BufferOptions.MIN_CAP_BYTES - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(BufferOptions.MIN_CAP_BYTES));
  }
}
