package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.WhenFull;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Segments of which nothing is known, because the disk refuses to read them while a buffer opens,
 * and segments that are deleted as far as a process knows: nobody passes over what they hold.
 */
class UnknownSegmentTest extends EngineSuite {
  private static final Duration LONG = Duration.ofSeconds(30);

  UnknownSegmentTest() {
    super(Disk.SIMULATED);
  }

  /** Leaves bundles 1 to 6 in the first segment and 7 to 12 in a second one, nothing acked. */
  private void leaveTwoSegments(String... subscribers) throws IOException {
    for (int life = 0; life < 2; life++) {
      DurableBuffer buffer = world.open();
      for (String id : subscribers) {
        buffer.subscribe(id).close();
      }
      appendAll(buffer, 1 + 6 * life, 6 + 6 * life);
      buffer.close();
      world.nextLife();
    }
    assertThat(world.storage().list("segments")).hasSize(2);
  }

  private static Predicate<StorageCall> readsOf(int segment) {
    return callsOn(segment, Kind.READ);
  }

  private static Predicate<StorageCall> callsOn(int segment, Kind kind) {
    return call ->
        call.kind() == kind && call.file().equals("segments/%016x.qseg".formatted(segment));
  }

  private void refuse(Predicate<StorageCall> calls) {
    world.disk().setFaults(Faults.when(calls, Outcome.FAIL));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"READ", "OPEN_FOR_READ", "SIZE"})
  void whatItHoldsComesWhenTheDiskReadsItAgain(Kind kind) throws IOException {
    leaveTwoSegments("a");
    refuse(callsOn(1, kind));
    DurableBuffer buffer = world.open();
    assertThat(buffer.recovery().notes())
        .anyMatch(note -> note.endsWith("1.qseg cannot be read now, and is tried again"));
    Subscriber subscriber = buffer.subscribe("a");
    assertThat(drain(subscriber)).isEqualTo(range(7, 12));
    world.tasks().advance(LONG);
    assertThat(drain(subscriber)).isEmpty();
    world.disk().setFaults(Faults.none());
    world.tasks().advance(LONG);
    assertThat(subscriber.backlog().bundles()).isEqualTo(6);
    assertThat(drain(subscriber)).isEqualTo(range(1, 6));
    world.tasks().advance(LONG);
    assertThat(world.storage().list("segments")).isEmpty();
  }

  @Test
  void whatItHoldsIsThereInTheNextLife() throws IOException {
    leaveTwoSegments("a");
    for (int refused = 1; refused <= 2; refused++) {
      Map<String, byte[]> before = world.snapshot();
      int other = 3 - refused;
      refuse(readsOf(refused));
      DurableBuffer buffer = world.open();
      assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(6 * other - 5, 6L * other));
      appendAll(buffer, 13, 20);
      world.tasks().advance(LONG);
      buffer.close();
      world.nextLife();
      List<Long> left = new ArrayList<>(range(6 * refused - 5, 6L * refused));
      left.addAll(range(13, 20));
      assertThat(drain(world.open().subscribe("a"))).as("of %s", refused).isEqualTo(left);
      world.nextLife();
      world.restore(before);
    }
  }

  @Test
  void otherEnginesAreNotToldThatItIsResolved() throws IOException {
    leaveTwoSegments("a");
    refuse(readsOf(2));
    DurableBuffer buffer = world.open();
    drain(buffer.subscribe("a"));
    world.tasks().advance(LONG);
    buffer.close();
    world.nextLife();
    // What only they are told counts when our own file is gone.
    world.storage().delete("holdfast.sub.a");
    assertThat(drain(world.open().subscribe("a"))).containsAll(range(7, 12));
  }

  @Test
  void aNewSubscriberGetsWhatItHolds() throws IOException {
    leaveTwoSegments();
    refuse(readsOf(1));
    DurableBuffer buffer = world.open();
    assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(7, 12));
    buffer.close();
    world.nextLife();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(1, 6));
  }

  @Test
  void oneThatTurnsOutToBeDamagedIsSetAside() throws IOException {
    leaveTwoSegments("a");
    String name = "segments/0000000000000001.qseg";
    refuse(readsOf(1));
    DurableBuffer buffer = world.open();
    assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(7, 12));
    world.disk().setFaults(Faults.none());
    world.cut(name, 100);
    world.flip(name, 10, 1);
    world.tasks().advance(LONG);
    buffer.flush();
    assertThat(world.storage().status(name)).isEmpty();
    assertThat(world.storage().list("quarantine")).isNotEmpty();
  }

  @Test
  void whoComesNewIsNotKeptOutByOneWhoseIndexIsRefused() throws IOException {
    leaveTwoSegments();
    DurableBuffer buffer = world.open();
    refuse(readsOf(1));
    Subscriber subscriber = buffer.subscribe("a");
    world.disk().setFaults(Faults.none());
    world.tasks().advance(LONG);
    assertThat(drain(subscriber)).isEqualTo(range(1, 12));
  }

  @Test
  void onAFullDiskTheOldestStillGoesWhileOneIsUnknown() throws IOException {
    world.options = world.options.withCapBytes(64L << 20).withWhenFull(WhenFull.DROP_OLDEST);
    leaveTwoSegments("a");
    refuse(readsOf(1));
    DurableBuffer buffer = world.open();
    for (long number = 13; number <= 40; number++) {
      append(buffer, number, 1 << 20);
    }
    world.tasks().advance(LONG);
    world.disk().setCapacity(world.disk().usedBytes());
    for (long number = 41; number <= 60; number++) {
      CompletableFuture<Long> one = appendAsync(buffer, number, 1 << 20, Duration.ofMinutes(5));
      for (int seconds = 0; !one.isDone() && seconds < 20; seconds++) {
        world.tasks().advance(Duration.ofSeconds(1));
      }
      assertThat(one).as("append %s", number).isCompleted();
    }
    world.disk().setCapacity(Long.MAX_VALUE);
  }

  @Test
  void deadLettersInOneAreNotForgotten() throws IOException {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    for (int i = 0; i < 4; i++) {
      try (Delivery delivery = take(subscriber)) {
        delivery.reject("of no use");
      }
    }
    buffer.close();
    world.nextLife();
    assertThat(world.storage().list("dead/a/segments")).hasSize(1);
    refuse(call -> call.kind() == Kind.READ && call.file().startsWith("dead/a/segments/"));
    buffer = world.open();
    assertThat(buffer.deadLetters("a").count()).isZero();
    buffer.close();
    world.nextLife();
    buffer = world.open();
    assertThat(buffer.deadLetters("a").list(-1, 10))
        .hasSize(4)
        .allSatisfy(letter -> assertThat(letter.reason()).isEqualTo("of no use"));
    assertThat(buffer.deadLetters("a").replayAll()).isEqualTo(4);
    buffer.close();
    world.nextLife();
    refuse(call -> call.kind() == Kind.READ && call.file().startsWith("dead/a/segments/"));
    buffer = world.open();
    subscriber = buffer.subscribe("a");
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    world.disk().setFaults(Faults.none());
    world.tasks().advance(LONG);
    List<Long> came = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      came.add(ackNext(subscriber));
    }
    assertThat(came).isEqualTo(range(1, 4));
  }

  @Test
  void whatIsResolvedInOneOfAnotherEngineStaysSo() throws IOException {
    leaveTwoSegments();
    world.leaveToAnotherEngine();
    String first = world.storage().list("segments").getFirst();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long all = subscriber.backlog().bundles();
    ackNext(subscriber);
    buffer.close();
    world.nextLife();
    refuse(call -> call.kind() == Kind.READ && call.file().endsWith(first));
    buffer = world.open();
    subscriber = buffer.subscribe("a");
    assertThat(subscriber.backlog().bundles()).isLessThan(all - 1);
    ackNext(subscriber);
    buffer.close();
    world.nextLife();
    assertThat(world.open().subscribe("a").backlog().bundles()).isEqualTo(all - 2);
  }

  @Test
  void aDeletionThatNoSyncFollowedIsNotTakenForOne() throws IOException {
    for (int seed = 0; seed < 8; seed++) {
      leaveTwoSegments();
      world.leaveToAnotherEngine();
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      world
          .disk()
          .setFaults(
              Faults.when(
                  call -> call.kind() == Kind.SYNC_DIRECTORY && call.file().equals("segments"),
                  Outcome.FAIL));
      long left = subscriber.backlog().bundles();
      int there = world.storage().list("segments").size();
      while (world.storage().list("segments").size() == there) {
        ackNext(subscriber);
        left--;
        world.tasks().advance(LONG);
      }
      world.tasks().advance(LONG);
      world.crash(seed);
      assertThat(world.open().subscribe("a").backlog().bundles())
          .as("seed %s", seed)
          .isEqualTo(left)
          .isPositive();
      world.nextLife();
      world.restore(Map.of());
    }
  }
}
