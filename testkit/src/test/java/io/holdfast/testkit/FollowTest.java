package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading beside an owner, and going on with what it appends. */
@ParameterizedClass
@EnumSource(Disk.class)
class FollowTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";

  FollowTest(Disk disk) {
    super(disk);
  }

  @Test
  void whatIsAppendedComesOnceOverRotationsSegmentsAndDeletions() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    List<Long> given = new ArrayList<>();
    append(buffer, 1, 300_000);
    try (BundleReader reader = BundleReader.follow(world.storage())) {
      for (long number = 2; number <= 60; number++) {
        given.addAll(rest(reader));
        append(buffer, number, 300_000);
        if (number % 20 == 0) {
          drain(subscriber);
          buffer.flush();
        }
      }
      given.addAll(rest(reader));
      assertThat(given).isEqualTo(range(1, 60));
      assertThat(reader.report().isDamaged()).isFalse();
    }
  }

  @Test
  void whatStaysComesToAReaderThatFellBehindTheLogsFiles() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    try (BundleReader reader = BundleReader.follow(world.storage())) {
      assertThat(rest(reader)).containsExactly(1L);
      for (long number = 2; number <= 40; number++) {
        append(buffer, number, 150_000);
      }
      for (int i = 0; i < 20; i++) {
        ackNext(subscriber);
      }
      buffer.flush();
      assertThat(rest(reader)).doesNotHaveDuplicates().containsAll(range(21, 40)).isSorted();
      append(buffer, 41);
      assertThat(rest(reader)).containsExactly(41L);
    }
  }

  @Test
  void aKilledOwnersTornTailIsWaitedOverUntilTheNextOneGoesOn() throws Exception {
    DurableBuffer first = world.open();
    appendAll(first, 1, 5);
    world.kill();
    assertThat(first.status()).isNotNull();
    WalBytes log = new WalBytes(world.read(ACTIVE));
    world.cut(ACTIVE, log.entries.getLast().offset() + 40);
    try (BundleReader reader = BundleReader.follow(world.storage())) {
      assertThat(rest(reader)).isEqualTo(range(1, 4));
      for (int look = 0; look < 30; look++) {
        assertThat(reader.next()).isNull();
      }
      DurableBuffer second = world.open();
      appendAll(second, 6, 8);
      assertThat(rest(reader)).isEqualTo(range(6, 8));
      assertThat(reader.report().isDamaged()).isFalse();
    }
  }

  @Test
  void whatIsTakenBackMakesRoomForWhatComesUnderItsSequence() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer first = world.open();
    appendAll(first, 1, 5);
    try (BundleReader reader = BundleReader.follow(world.storage())) {
      assertThat(rest(reader)).isEqualTo(range(1, 5));
      first.close();
      world.letSegmentsBe();
      WalBytes log = new WalBytes(world.read(ACTIVE));
      world.cut(ACTIVE, log.entries.get(3).offset());
      DurableBuffer second = world.open();
      // Of the same size, so that the entries lie where the ones lay that are gone.
      assertThat(append(second, 6)).isEqualTo(3);
      appendAll(second, 7, 8);
      assertThat(rest(reader)).isEqualTo(range(6, 8));
    }
  }

  @Test
  void aSubscribersReaderGivesWhatThatOneHasNotResolved() {
    DurableBuffer buffer = world.open();
    Subscriber fast = buffer.subscribe("fast");
    Subscriber slow = buffer.subscribe("slow");
    appendAll(buffer, 1, 5);
    drain(fast);
    ackNext(slow);
    buffer.flush();
    append(buffer, 6);
    try (BundleReader reader = BundleReader.openFor(world.storage(), "slow")) {
      assertThat(rest(reader)).isEqualTo(range(2, 6));
    }
    try (BundleReader reader = BundleReader.openFor(world.storage(), "fast")) {
      assertThat(rest(reader)).containsExactly(6L);
    }
    assertThatThrownBy(() -> BundleReader.openFor(world.storage(), "nobody"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("nobody")
        .hasMessageContaining("fast, slow");
  }
}
