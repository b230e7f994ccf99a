package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small bundles of a segment, of which one read of the disk gives many. */
class ReadAheadTest extends EngineSuite {
  private static final int COUNT = 60;

  ReadAheadTest() {
    super(Disk.SIMULATED);
  }

  /** Leaves bundles of several slots in some segments, and says what is in each. */
  private static List<String> leave(World of, int segments, String... subscribers)
      throws Exception {
    List<String> said = new ArrayList<>();
    for (int segment = 1; segment <= segments; segment++) {
      try (DurableBuffer buffer = of.open()) {
        for (String id : subscribers) {
          buffer.subscribe(id).close();
        }
        while (said.size() < COUNT * segment / segments) {
          try (Bundles.Built built = of.bundles.mixed(said.size() + 1)) {
            said.add(Bundles.describe(built.bundle()));
            buffer.append(built.bundle());
          }
        }
      }
    }
    assertThat(of.storage().list("segments")).hasSize(segments);
    return said;
  }

  private static boolean isOfASegment(StorageCall call) {
    return call.kind() == Kind.READ && call.file().startsWith("segments/");
  }

  private static String next(Subscriber subscriber) {
    try (Delivery delivery = take(subscriber)) {
      String said = Bundles.describe(delivery.bundle());
      delivery.ack();
      return said;
    }
  }

  @Test
  void whoReadsOneAfterTheOtherReadsManyAtATime() throws Exception {
    leave(world, 1, "a");
    AtomicLong reads = new AtomicLong();
    Subscriber subscriber = world.open().subscribe("a");
    world
        .disk()
        .setFaults(
            call -> {
              reads.addAndGet(isOfASegment(call) ? 1 : 0);
              return Outcome.WORK;
            });
    assertThat(drain(subscriber)).isEqualTo(range(1, COUNT));
    assertThat(reads.get()).isLessThan(COUNT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 20, 45})
  void twoWhoAreAtOtherPlacesGetWhatWasAppended(int between) throws Exception {
    List<String> said = leave(world, 3, "a", "b");
    DurableBuffer buffer = world.open();
    Subscriber first = buffer.subscribe("a");
    Subscriber second = buffer.subscribe("b");
    List<String> firstGot = new ArrayList<>();
    List<String> secondGot = new ArrayList<>();
    for (int i = 0; i < COUNT + between; i++) {
      if (i < COUNT) {
        firstGot.add(next(first));
      }
      if (i >= between) {
        secondGot.add(next(second));
      }
    }
    assertThat(firstGot).isEqualTo(said);
    assertThat(secondGot).isEqualTo(said);
  }

  @Test
  void whoSkipsWhatIsResolvedGetsTheRest() throws Exception {
    List<String> said = leave(world, 1, "a");
    List<String> got = new ArrayList<>();
    try (DurableBuffer buffer = world.open()) {
      Subscriber subscriber = buffer.subscribe("a");
      for (int i = 0; i < COUNT; i++) {
        Delivery delivery = take(subscriber);
        if (i % 7 < 3) {
          got.add(Bundles.describe(delivery.bundle()));
          delivery.ack();
        }
      }
    }
    Subscriber subscriber = world.open().subscribe("a");
    while (got.size() < COUNT) {
      got.add(next(subscriber));
    }
    assertThat(got).containsExactlyInAnyOrderElementsOf(said);
  }

  @Test
  void oneReadThatGoesWrongCostsNothing() throws Exception {
    AtomicLong reads = new AtomicLong();
    for (long n = 1; n == 1 || n <= reads.get(); n++) {
      // Which bit it is depends on the seed.
      for (long seed = 1; seed <= 12; seed++) {
        try (World one = World.simulated(seed)) {
          List<String> said = leave(one, 1, "a");
          Subscriber subscriber = one.open().subscribe("a");
          long bad = n;
          reads.set(0);
          one.disk()
              .setFaults(
                  call ->
                      isOfASegment(call) && reads.incrementAndGet() == bad
                          ? Outcome.BAD_BITS
                          : Outcome.WORK);
          List<String> got = new ArrayList<>();
          for (int i = 0; i < COUNT; i++) {
            got.add(next(subscriber));
          }
          assertThat(got).as("read %s, seed %s", n, seed).isEqualTo(said);
        }
      }
    }
  }

  @Test
  void whatTheDiskRefusesFurtherOnHoldsUpNothingThatLiesBefore() throws Exception {
    leave(world, 1, "a");
    String name = "segments/" + world.storage().list("segments").getFirst();
    SegmentBytes segment = new SegmentBytes(world.read(name));
    Set<Long> refused = Set.of(segment.sequences.get(COUNT / 2));
    long sector =
        segment.parts.stream()
            .filter(part -> part.sequences().equals(refused))
            .findFirst()
            .orElseThrow()
            .from();
    Subscriber subscriber = world.open().subscribe("a");
    world
        .disk()
        .setFaults(
            Faults.when(
                call ->
                    isOfASegment(call)
                        && call.offset() <= sector
                        && call.offset() + call.length() > sector,
                Outcome.FAIL));
    for (long number = 1; number <= COUNT / 2; number++) {
      assertThat(ackNext(subscriber)).isEqualTo(number);
    }
    assertThatThrownBy(() -> subscriber.next(PATIENCE)).isInstanceOf(StorageException.class);
    world.disk().setFaults(Faults.none());
    world.tasks().advance(Duration.ofMinutes(1));
    assertThat(drain(subscriber)).containsExactlyInAnyOrderElementsOf(range(COUNT / 2 + 1, COUNT));
  }
}
