package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a disk does to segments that refuses to read them, or reads them wrong, for a while. */
class SegmentReadsTest extends EngineSuite {
  SegmentReadsTest() {
    super(Disk.SIMULATED);
  }

  private static boolean isRead(StorageCall call) {
    return call.kind() == Kind.READ && call.file().startsWith("segments/");
  }

  /** The reads of segments from now on, from the first to the last of these, have the outcome. */
  private static AtomicLong reads(World of, long first, long last, Outcome outcome) {
    AtomicLong seen = new AtomicLong();
    of.disk()
        .setFaults(
            call -> {
              long n = isRead(call) ? seen.incrementAndGet() : 0;
              return first <= n && n <= last ? outcome : Outcome.WORK;
            });
    return seen;
  }

  /** A closed buffer with bundles 1 to 10 in a segment, for a subscriber. */
  private static World withSegment(long seed) {
    World one = World.simulated(seed);
    DurableBuffer buffer = one.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 10; number++) {
      try (Bundles.Built built = one.bundles.sized(number, 60)) {
        buffer.append(built.bundle());
      }
    }
    buffer.close();
    return one;
  }

  /** Takes and acks all that comes while the disk refuses this and that. */
  private static void drainInTrouble(World of, DurableBuffer buffer, List<String> came) {
    Subscriber subscriber = null;
    for (int quiet = 0; quiet < 3; ) {
      try {
        subscriber = subscriber == null ? buffer.subscribe("a") : subscriber;
        try (Delivery delivery = subscriber.next(Duration.ZERO)) {
          if (delivery != null) {
            came.add(Bundles.describe(delivery.bundle()));
            delivery.ack();
            continue;
          }
        }
        quiet++;
      } catch (StorageException refused) {
        quiet = 0;
      }
      of.tasks().advance(Duration.ofSeconds(5));
    }
  }

  private static List<String> all(World of) {
    return LongStream.rangeClosed(1, 10).mapToObj(number -> bundle(of, number)).toList();
  }

  @Test
  void readsThatAreRefusedInARowLoseNothing() throws IOException {
    long last = 1;
    for (long first = 1; first <= last; first++) {
      for (int count = 1; count <= 4; count++) {
        World one = withSegment(first);
        DurableBuffer buffer = one.open();
        AtomicLong seen = reads(one, first, first + count - 1, Outcome.FAIL);
        List<String> came = new ArrayList<>();
        drainInTrouble(one, buffer, came);
        assertThat(came).as("reads %s, %s of them", first, count).isEqualTo(all(one));
        last = Math.max(last, seen.get());
        one.abandon();
      }
    }
    assertThat(last).isGreaterThan(3);
  }

  /** A directory with that segment alone, as another engine writes it; with its bundles. */
  private static World withAnothersSegment(long seed) throws IOException {
    World one = withSegment(seed);
    one.leaveToAnotherEngine();
    return one;
  }

  private static String bundle(World of, long number) {
    try (Bundles.Built built = of.bundles.sized(number, 60)) {
      return Bundles.describe(built.bundle());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"FAIL", "BAD_BITS"})
  void oneReadThatGoesWrongCostsNothingOfAnotherEnginesSegment(Outcome outcome) throws IOException {
    long last = 1;
    for (long n = 1; n <= last; n++) {
      // Which bit is wrong is for the seed to say.
      for (long seed = 3 * n; seed < 3 * n + 3; seed++) {
        try (World one = withAnothersSegment(seed)) {
          AtomicLong seen = reads(one, n, n, outcome);
          DurableBuffer buffer = one.open();
          List<String> came = new ArrayList<>();
          drainInTrouble(one, buffer, came);
          assertThat(came).as("read %s, seed %s", n, seed).isEqualTo(all(one));
          assertThat(one.storage().list("quarantine")).isEmpty();
          last = Math.max(last, seen.get());
        }
      }
    }
    assertThat(last).isGreaterThan(10);
  }

  /** From now on a segment's footer can be read and nothing else of it. */
  private static void refuseAllButTheFooter(World of) throws IOException {
    String name = "segments/" + of.storage().list("segments").getFirst();
    long footer = of.read(name).length - 512L;
    of.disk().setFaults(Faults.when(c -> isRead(c) && c.offset() != footer, Outcome.FAIL));
  }

  /** The next bundle, which is tried to be had until the disk gives it. */
  private static long ackInTrouble(World of, Subscriber subscriber) {
    for (int tries = 0; tries < 40; tries++) {
      try {
        return ackNext(subscriber);
      } catch (StorageException refused) {
        of.tasks().advance(Duration.ofSeconds(5));
      }
    }
    throw new AssertionError("nothing came");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSegmentThatTheDiskRefusesForEverHoldsNobodyBackAndStays(boolean fromOtherEngine)
      throws IOException {
    World one = withSegment(1);
    Subscriber first = one.open().subscribe("a");
    for (int i = 0; i < 4; i++) {
      ackNext(first);
    }
    one.close();
    if (fromOtherEngine) {
      one.storage().delete("holdfast.sub.a");
    }
    refuseAllButTheFooter(one);
    DurableBuffer buffer = one.open();
    assertThat(buffer.recovery().notes()).anyMatch(note -> note.contains("cannot be read"));
    buffer.subscribe("a").close();
    buffer.flush();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 11);
    assertThat(ackInTrouble(one, subscriber)).isEqualTo(11);
    assertThat(one.events)
        .extracting(EngineEvent::message)
        .anyMatch(message -> message.endsWith("passed over until the buffer is opened again"));
    assertThat(subscriber.backlog().bundles()).isZero();
    buffer.flush();
    one.tasks().advance(Duration.ofSeconds(5));
    one.close();
    one.disk().setFaults(Faults.none());
    try (DurableBuffer next = one.open()) {
      assertThat(drain(next.subscribe("a"))).isEqualTo(range(fromOtherEngine ? 1 : 5, 10));
    }
  }

  @Test
  void aDiskThatReadsNothingForAWhilePassesOverNoSegment() throws IOException {
    try (World one = withSegment(1)) {
      DurableBuffer buffer = one.open();
      one.disk().setFaults(Faults.when(call -> call.kind() == Kind.READ, Outcome.FAIL));
      Subscriber subscriber = buffer.subscribe("a");
      append(buffer, 11);
      for (int tries = 0; tries < 100; tries++) {
        assertThatThrownBy(() -> subscriber.next(Duration.ZERO))
            .isInstanceOf(StorageException.class);
        one.tasks().advance(Duration.ofSeconds(5));
      }
      one.disk().setFaults(Faults.none());
      assertThat(drain(subscriber)).isEqualTo(range(1, 11));
    }
  }

  @Test
  void aSegmentForWhoseIndexThereIsNoMemoryHoldsNobodyBackAndStays() throws IOException {
    World one = withSegment(1);
    String name = "segments/" + one.storage().list("segments").getFirst();
    long footer = one.read(name).length - 512L;
    DurableBuffer buffer = one.open();
    one.disk()
        .setFaults(
            call -> {
              if (isRead(call) && call.offset() < footer) {
                throw new OutOfMemoryError("of the test");
              }
              return Outcome.WORK;
            });
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 11);
    assertThat(ackInTrouble(one, subscriber)).isEqualTo(11);
    one.close();
    one.disk().setFaults(Faults.none());
    try (DurableBuffer next = one.open()) {
      assertThat(drain(next.subscribe("a"))).isEqualTo(range(1, 10));
    }
  }

  @Test
  void aReaderGivesASegmentWhoseIndexWasRefusedWhenItIsAskedAgain() throws IOException {
    try (World one = withSegment(1);
        BundleReader reader = BundleReader.open(one.storage())) {
      reads(one, 1, Long.MAX_VALUE, Outcome.FAIL);
      assertThatThrownBy(reader::next).isInstanceOf(StorageException.class);
      one.disk().setFaults(Faults.none());
      assertThat(rest(reader)).isEqualTo(range(1, 10));
    }
  }

  @Test
  void aReaderOpensBesideASegmentThatCannotBeOpenedJustNow() throws IOException {
    try (World one = withSegment(1)) {
      one.disk()
          .setFaults(
              Faults.nth(
                  2,
                  c -> c.kind() == Kind.OPEN_FOR_READ && c.file().startsWith("segments/"),
                  Outcome.FAIL));
      try (BundleReader reader = BundleReader.open(one.storage())) {
        assertThat(rest(reader)).isEqualTo(range(1, 10));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nobodyKeepsASegmentOpenThatWasSetAside(boolean closes) throws IOException {
    try (World one = withAnothersSegment(1)) {
      String name = "segments/" + one.storage().list("segments").getFirst();
      one.flip(name, one.read(name).length - 1L, 1);
      long closed = one.disk().openHandles();
      DurableBuffer buffer = one.open();
      Subscriber subscriber = buffer.subscribe("a");
      long open = one.disk().openHandles();
      assertThat(subscriber.next(Duration.ZERO)).isNull();
      if (closes) {
        buffer.close();
      }
      assertThat(one.disk().openHandles()).isEqualTo(closes ? closed : open - 1);
      assertThat(one.events).extracting(EngineEvent::name).contains("holdfast.segment.corrupt");
    }
  }

  @Test
  void aDiskThatRefusesForAWhileChangesNoOrder() throws IOException {
    try (World one = withSegment(1)) {
      refuseAllButTheFooter(one);
      DurableBuffer buffer = one.open();
      Subscriber subscriber = buffer.subscribe("a");
      append(buffer, 11);
      for (int quick = 0; quick < 100; quick++) {
        assertThatThrownBy(() -> subscriber.next(Duration.ZERO))
            .isInstanceOf(StorageException.class);
      }
      one.disk().setFaults(Faults.none());
      one.tasks().advance(Duration.ofSeconds(5));
      assertThat(drain(subscriber)).isEqualTo(range(1, 11));
    }
  }

  @Test
  void noPolicyTakesASegmentThatIsPassedOver() throws IOException {
    try (World one = withSegment(1)) {
      refuseAllButTheFooter(one);
      one.options = one.options.withMaxAge(Duration.ofHours(1));
      DurableBuffer buffer = one.open();
      Subscriber subscriber = buffer.subscribe("a");
      append(buffer, 11);
      assertThat(ackInTrouble(one, subscriber)).isEqualTo(11);
      one.tasks().advance(Duration.ofHours(2));
      append(buffer, 12);
      assertThat(ackNext(subscriber)).isEqualTo(12);
      one.tasks().advance(Duration.ofMinutes(10));
      buffer.close();
      assertThat(one.storage().list("segments")).hasSize(1);
    }
  }
}
