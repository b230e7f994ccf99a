package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * A sink takes the first row of whatever it gets and gives the others up, and the power goes at any
 * call, or a call fails. What it gets again after that, it treats in the same way.
 */
class PartialRejectCrashTest extends CrashSuite {
  private static final int BUNDLES = 5;

  /** Rows of bundles whose append has returned. */
  private final Set<Long> confirmed = new TreeSet<>();

  /** Rows that the sink has taken. */
  private final Set<Long> taken = new TreeSet<>();

  PartialRejectCrashTest() {
    super(3);
  }

  @Override
  void scenario(World world) {
    confirmed.clear();
    taken.clear();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (long number = 1; number <= BUNDLES; number++) {
      long[] rows = {10 * number, 10 * number + 1, 10 * number + 2};
      try (Bundles.Built built = world.bundles.rows(rows)) {
        buffer.append(built.bundle());
      }
      LongStream.of(rows).forEach(confirmed::add);
    }
    takeOne(world, subscriber);
    takeOne(world, subscriber);
    subscriber.flush();
    takeOne(world, subscriber);
    DeadLetters letters = buffer.deadLetters("a");
    letters.replay(0);
    takeOne(world, subscriber);
    // Else a crash may bring bundle and letter, as it brings anything that was acked just before.
    subscriber.flush();
    letters.replayAll();
    takeOne(world, subscriber);
    takeOne(world, subscriber);
    subscriber.flush();
    takeAll(world, subscriber);
    buffer.close();
  }

  private void takeOne(World world, Subscriber subscriber) {
    try (Delivery delivery = subscriber.next(Duration.ofSeconds(10))) {
      if (delivery != null) {
        treat(world, delivery);
      } else {
        // The disk is gone: what was given up before waits for it, and all else with that.
        assertThat(world.events).anyMatch(e -> e.name().equals("holdfast.subscriber.pause"));
      }
    }
  }

  private void takeAll(World world, Subscriber subscriber) {
    for (Delivery next = subscriber.next(Duration.ZERO);
        next != null;
        next = subscriber.next(Duration.ZERO)) {
      treat(world, next);
      next.close();
    }
  }

  private void treat(World world, Delivery delivery) {
    List<Long> rows = Bundles.numbers(delivery.bundle());
    taken.add(rows.getFirst());
    if (rows.size() == 1) {
      delivery.ack();
      return;
    }
    long[] rest = rows.stream().skip(1).mapToLong(Long::longValue).toArray();
    try (Bundles.Built built = world.bundles.rows(rest)) {
      delivery.reject("the others of " + rows, built.bundle());
    }
  }

  /** The sink goes on; then each row was taken or is in a letter, and in no two letters. */
  @Override
  void check(World world) {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    takeAll(world, subscriber);
    DeadLetters letters = buffer.deadLetters("a");
    List<Long> kept = new ArrayList<>();
    for (DeadLetter letter : letters.list(-1, 1000)) {
      assertThat(letter.isReplayed()).isFalse();
      letters.read(
          letter.number(),
          bundle -> {
            List<Long> rows = Bundles.numbers(bundle);
            kept.addAll(rows);
            assertThat(letter.sequence()).hasValue(rows.getFirst() / 10 - 1);
            assertThat(letter.reason())
                .startsWith("the others of [")
                .contains(", " + rows.getLast());
          });
    }
    assertThat(kept).doesNotHaveDuplicates();
    Set<Long> somewhere = new TreeSet<>(taken);
    somewhere.addAll(kept);
    assertThat(somewhere).containsAll(confirmed);
    buffer.close();
  }
}
