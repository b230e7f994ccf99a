package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferInspection;
import io.holdfast.engine.BufferStatus;
import io.holdfast.engine.BundleReader;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How far a buffer and each of its subscribers lag behind in time. */
@ParameterizedClass
@EnumSource(Disk.class)
class OldestTest extends EngineSuite {
  OldestTest(Disk disk) {
    super(disk);
  }

  /** Appends one bundle and says when that was. */
  private long appendAt(DurableBuffer buffer, long number) {
    long before = world.options.time().epochNanos();
    append(buffer, number);
    long after = world.options.time().epochNanos();
    try (var reader = BundleReader.open(world.storage())) {
      long time = 0;
      for (var item = reader.next(); item != null; item = reader.next()) {
        if (Bundles.number(item.bundle()) == number) {
          time = item.ingestionEpochNanos().orElseThrow();
        }
      }
      assertThat(time).isBetween(before, after);
      return time;
    }
  }

  private void passes(Duration time) {
    if (on() == Disk.SIMULATED) {
      world.time().advance(time);
    }
  }

  @Test
  void withoutSubscribersItIsTheFirstThatIsKept() {
    DurableBuffer buffer = world.open();
    assertThat(buffer.status().oldestEpochNanos()).isEmpty();
    assertThat(buffer.status().oldestAge()).isEmpty();
    assertThat(BufferInspection.of(world.storage()).oldestEpochNanos()).isEmpty();
    long first = appendAt(buffer, 1);
    passes(Duration.ofMinutes(5));
    append(buffer, 2);
    assertThat(buffer.status().oldestEpochNanos()).hasValue(first);
    assertThat(BufferInspection.of(world.storage()).oldestEpochNanos()).hasValue(first);
  }

  @Test
  void theAgeIsByTheClockOfTheBufferAndNeverBelowZero() {
    DurableBuffer buffer = world.open();
    long first = appendAt(buffer, 1);
    passes(Duration.ofHours(2));
    BufferStatus status = buffer.status();
    assertThat(status.oldestAge()).hasValue(Duration.ofNanos(status.epochNanos() - first));
    if (on() == Disk.SIMULATED) {
      assertThat(status.oldestAge().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofHours(2));
      world.time().jump(Duration.ofDays(-1));
      assertThat(buffer.status().oldestAge()).hasValue(Duration.ZERO);
    }
  }

  @Test
  void eachSubscriberHasItsOwnAndTheBufferTheOldestOfThem() {
    DurableBuffer buffer = world.open();
    Subscriber slow = buffer.subscribe("slow");
    Subscriber quick = buffer.subscribe("quick");
    long first = appendAt(buffer, 1);
    passes(Duration.ofMinutes(1));
    long second = appendAt(buffer, 2);
    passes(Duration.ofMinutes(1));
    long third = appendAt(buffer, 3);
    assertThat(ackNext(quick)).isEqualTo(1);
    assertThat(quick.oldestEpochNanos()).hasValue(second);
    assertThat(slow.oldestEpochNanos()).hasValue(first);
    assertThat(buffer.status().oldestEpochNanos()).hasValue(first);

    // What is out is not resolved, and what is resolved behind it changes nothing.
    Delivery out = take(slow);
    assertThat(ackNext(slow)).isEqualTo(2);
    assertThat(slow.oldestEpochNanos()).hasValue(first);
    out.ack();
    out.close();
    assertThat(slow.oldestEpochNanos()).hasValue(third);
    assertThat(buffer.status().oldestEpochNanos()).hasValue(second);
    assertThat(drain(quick)).isEqualTo(range(2, 3));
    assertThat(drain(slow)).isEqualTo(range(3, 3));
    assertThat(slow.oldestEpochNanos()).isEmpty();
    assertThat(buffer.status().oldestEpochNanos()).isEmpty();
  }

  @Test
  void itIsTheSameInSegmentsAndAfterALife() {
    DurableBuffer buffer = world.open();
    buffer.subscribe("idle").close();
    Subscriber subscriber = buffer.subscribe("a");
    long first = appendAt(buffer, 1);
    long second = appendAt(buffer, 2);
    assertThat(ackNext(subscriber)).isEqualTo(1);
    buffer.close();
    assertThat(buffer.status().oldestEpochNanos()).as("of a buffer that is closed").isEmpty();
    DurableBuffer again = world.open();
    assertThat(again.status().oldestEpochNanos()).hasValue(first);
    assertThat(again.subscribe("a").oldestEpochNanos()).hasValue(second);
    BufferInspection found = BufferInspection.of(world.storage());
    assertThat(found.segments()).isNotEmpty();
    assertThat(found.oldestEpochNanos()).hasValue(first);
    assertThat(found.subscribers())
        .extracting(BufferInspection.SubscriberState::oldestEpochNanos)
        .containsExactly(OptionalLong.of(second), OptionalLong.of(first));
  }

  @Test
  void anInspectionSaysWhatTheFilesTakeByKind() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    try (Delivery delivery = take(subscriber)) {
      delivery.reject("bad");
    }
    buffer.close();
    world.write("stranger.txt", new byte[123]);
    world.storage().createDirectory("quarantine");
    world.write("quarantine/x.0.00000000", new byte[77]);
    BufferInspection found = BufferInspection.of(world.storage());
    BufferStatus.DiskUse disk = found.disk();
    assertThat(disk.foreign()).isEqualTo(123);
    assertThat(disk.quarantine()).isEqualTo(77);
    assertThat(disk.log()).isEqualTo(found.logFiles().stream().mapToLong(f -> f.bytes()).sum());
    assertThat(disk.segments())
        .isPositive()
        .isEqualTo(found.segments().stream().mapToLong(f -> f.bytes()).sum());
    assertThat(disk.deadLetters()).isPositive();
    assertThat(disk.metadata()).isPositive();
    assertThat(disk.total()).isEqualTo(found.totalBytes());
  }
}
