package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the engine's tests share: a world, and short words for append and take. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class EngineSuite {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final Disk disk;
  World world = World.simulated(0);

  EngineSuite(Disk disk) {
    this.disk = disk;
  }

  @BeforeEach
  final void makeWorld() {
    world = new World(disk, directory, 1);
  }

  @AfterEach
  final void endWorld() {
    world.close();
  }

  final Disk on() {
    return disk;
  }

  /** Skips a test that lets calls fail where they cannot be told to. */
  final void needsFaults() {
    assumeTrue(disk == Disk.SIMULATED, "only the simulated disk fails calls as told");
  }

  /** Appends the bundle with this number. */
  final long append(DurableBuffer buffer, long number) {
    try (Bundles.Built built = world.bundles.small(number)) {
      return buffer.append(built.bundle());
    }
  }

  /** Appends the bundle with this number and so many bytes. */
  final long append(DurableBuffer buffer, long number, int bytes) {
    try (Bundles.Built built = world.bundles.sized(number, bytes)) {
      return buffer.append(built.bundle());
    }
  }

  final CompletableFuture<Long> appendAsync(DurableBuffer buffer, long number, int bytes) {
    try (Bundles.Built built = world.bundles.sized(number, bytes)) {
      return buffer.appendAsync(built.bundle());
    }
  }

  final CompletableFuture<Long> appendAsync(
      DurableBuffer buffer, long number, int bytes, Duration timeout) {
    try (Bundles.Built built = world.bundles.sized(number, bytes)) {
      return buffer.appendAsync(built.bundle(), timeout);
    }
  }

  /** Appends the numbers from first to last, both included. */
  final void appendAll(DurableBuffer buffer, long first, long last) {
    for (long number = first; number <= last; number++) {
      append(buffer, number);
    }
  }

  /** The next delivery, which must come. */
  static Delivery take(Subscriber subscriber) {
    Delivery delivery = subscriber.next(PATIENCE);
    assertThat(delivery).as("a bundle comes").isNotNull();
    if (delivery == null) {
      throw new AssertionError();
    }
    return delivery;
  }

  /** Takes and acks one bundle and says its number. */
  static long ackNext(Subscriber subscriber) {
    try (Delivery delivery = take(subscriber)) {
      delivery.ack();
      return Bundles.number(delivery.bundle());
    }
  }

  /** Acks all that there is, in the order in which it comes. */
  static List<Long> drain(Subscriber subscriber) {
    List<Long> numbers = new ArrayList<>();
    while (subscriber.backlog().bundles() > 0) {
      numbers.add(ackNext(subscriber));
    }
    try (Delivery more = subscriber.next(Duration.ZERO)) {
      assertThat(more).as("nothing comes when the backlog is empty").isNull();
    }
    return numbers;
  }

  /** The numbers of all that a reader still gives. */
  static List<Long> rest(BundleReader reader) {
    List<Long> numbers = new ArrayList<>();
    for (var item = reader.next(); item != null; item = reader.next()) {
      numbers.add(Bundles.number(item.bundle()));
    }
    return numbers;
  }

  static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }
}
