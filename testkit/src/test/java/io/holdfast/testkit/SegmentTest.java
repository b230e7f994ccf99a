package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.ClosedException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.StartAt;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.UnsupportedVersionException;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves the log for segments, and what other engines leave behind. */
class SegmentTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";
  private static final int LARGE = 300_000;

  SegmentTest() {
    super(Disk.SIMULATED);
  }

  private List<String> segments() throws IOException {
    return world.storage().list("segments");
  }

  private static long count(Map<String, byte[]> files, String prefix) {
    return files.keySet().stream().filter(name -> name.startsWith(prefix)).count();
  }

  /** A log file without our mark, as another engine writes it. */
  private static byte[] foreign(WalBytes log, byte[] file, int first, int end, long position) {
    int from = log.entries.get(first).offset();
    int to = log.entries.get(end - 1).end();
    ByteBuffer bytes = ByteBuffer.allocate(38 + to - from).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(file, 0, 38).putShort(12, (short) 38).putLong(30, position);
    return bytes.put(file, from, to - from).array();
  }

  /** The active log of a killed life with so many small bundles, cut to its entries. */
  private byte[] logOf(long first, long last) throws IOException {
    try (World other = World.simulated(first)) {
      DurableBuffer buffer = other.open();
      for (long number = first; number <= last; number++) {
        try (Bundles.Built built = other.bundles.small(number)) {
          buffer.append(built.bundle());
        }
      }
      other.kill();
      byte[] file = other.read(ACTIVE);
      return Arrays.copyOf(file, new WalBytes(file).end);
    }
  }

  @Test
  void whoKeepsUpCausesNoSegmentAndWhoDoesNotCausesOneOfWhatIsLeft() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber quick = buffer.subscribe("quick");
    for (long number = 1; number <= 40; number++) {
      append(buffer, number, LARGE);
      ackNext(quick);
      if (number % 4 == 0) {
        buffer.flush();
      }
    }
    world.tasks().advance(Duration.ofSeconds(5));
    assertThat(segments()).isEmpty();
    append(buffer, 41);
    buffer.close();
    assertThat(segments()).hasSize(1);
    byte[] segment = world.read("segments/" + segments().getFirst());
    assertThat(new SegmentBytes(segment).sequences).hasSize(1);
    assertThat(drain(world.open().subscribe("quick"))).containsExactly(41L);
  }

  @Test
  void bundlesWithOtherDictionariesComeOutOfASegmentAsTheyWentIn() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    List<String> appended = new ArrayList<>();
    for (long number = 1; number <= 12; number++) {
      try (Bundles.Built built = world.bundles.mixed(number)) {
        appended.add(Bundles.describe(built.bundle()));
        buffer.append(built.bundle());
      }
    }
    buffer.close();
    assertThat(segments()).hasSize(1);
    Subscriber subscriber = world.open().subscribe("a");
    for (String expected : appended) {
      try (Delivery delivery = take(subscriber)) {
        assertThat(Bundles.describe(delivery.bundle())).isEqualTo(expected);
        delivery.ack();
      }
    }
  }

  @Test
  void aBacklogGoesToSegmentsAndItsLogFilesGo() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber late = buffer.subscribe("late");
    for (long number = 1; number <= 30; number++) {
      append(buffer, number, LARGE);
    }
    world.tasks().advance(Duration.ofSeconds(5));
    assertThat(segments().size()).isGreaterThan(2);
    assertThat(world.storage().list("wal").size()).isLessThan(5);
    assertThat(late.backlog().bundles()).isEqualTo(30);
    assertThat(drain(late)).isEqualTo(range(1, 30));
    buffer.flush();
    assertThat(segments()).as("what all have resolved is deleted").isEmpty();
  }

  @Test
  void oneThatIsHeldBackDoesNotHoldTheLog() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1, LARGE);
    try (var first = take(subscriber)) {
      first.defer(Duration.ofDays(1));
    }
    for (long number = 2; number <= 60; number++) {
      append(buffer, number, LARGE);
      assertThat(ackNext(subscriber)).isEqualTo(number);
      world.tasks().advance(Duration.ofSeconds(2));
    }
    assertThat(world.storage().list("wal").size()).isLessThan(5);
    assertThat(segments()).hasSize(1);
    world.kill();
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L);
  }

  @Test
  void aKillBetweenSegmentsAndCursorNeitherDoublesNorHides() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 30; number++) {
      append(buffer, number, LARGE);
    }
    world.kill();
    Map<String, byte[]> before = world.snapshot();
    world.open().close();
    Map<String, byte[]> after = world.snapshot();
    Map<String, byte[]> between = new TreeMap<>(before);
    after.forEach(
        (name, bytes) -> {
          if (name.startsWith("segments/")) {
            between.put(name, bytes);
          }
        });
    assertThat(count(between, "segments/")).isGreaterThan(2);
    world.restore(between);
    DurableBuffer again = world.open();
    // The next segment's range must not cover what the others hold.
    for (long number = 31; number <= 35; number++) {
      append(again, number);
    }
    again.close();
    for (int life = 0; life < 2; life++) {
      Subscriber subscriber = world.open().subscribe("a");
      assertThat(subscriber.backlog().bundles()).as("life %s", life).isEqualTo(35);
      world.kill();
    }
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(1, 35));
  }

  @Test
  void entriesWhoseSequencesWereUsedBeforeComeUnderNewOnesAndHideNothing() throws Exception {
    for (boolean append : new boolean[] {false, true}) {
      byte[] first = logOf(1, 10);
      byte[] second = logOf(101, 105);
      WalBytes theirs = new WalBytes(second);
      world.restore(
          Map.of(
              "wal/quiver.wal.1",
              first,
              ACTIVE,
              foreign(theirs, second, 0, 5, new WalBytes(first).end - WalBytes.OWN_HEADER)));
      List<Long> expected = new ArrayList<>(range(1, 10));
      expected.addAll(range(101, 105));
      DurableBuffer buffer = world.open();
      buffer.subscribe("old");
      if (append) {
        for (long number = 201; number <= 203; number++) {
          append(buffer, number);
          expected.add(number);
        }
        buffer.close();
        buffer = world.open();
      }
      assertThat(drain(buffer.subscribe("new"))).isEqualTo(expected);
      world.kill();
      assertThat(drain(world.open().subscribe("old"))).isEqualTo(expected);
      world.nextLife();
      world = World.simulated(9);
    }
  }

  @Test
  void anotherEnginesFileThatStartsElsewhereThanItSaysIsReadOnWithBehindOneThatIsGone()
      throws Exception {
    byte[] log = logOf(1, 60);
    WalBytes entries = new WalBytes(log);
    world.restore(
        Map.of(
            "wal/quiver.wal.1",
            foreign(entries, log, 0, 10, 0),
            ACTIVE,
            foreign(entries, log, 10, 60, 0)));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (long number = 1; number <= 13; number++) {
      assertThat(ackNext(subscriber)).isEqualTo(number);
    }
    buffer.flush();
    world.tasks().advance(Duration.ofSeconds(3));
    world.kill();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(14, 60));
  }

  @Test
  void whatAnotherEngineHasFinalizedOfAnEmptyFileOfOursDoesNotComeAgain() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 10);
    drain(subscriber);
    buffer.close();
    byte[] ours = world.read(ACTIVE);
    byte[] log = logOf(101, 105);
    WalBytes theirs = new WalBytes(log);
    int start = new WalBytes(ours).end;
    int from = theirs.entries.getFirst().offset();
    byte[] both = Arrays.copyOf(ours, start + log.length - from);
    System.arraycopy(log, from, both, start, log.length - from);
    world.write(ACTIVE, both);
    long position = new WalBytes(ours).positionStart + start - WalBytes.OWN_HEADER;
    int two = theirs.entries.get(2).offset() - from;
    world.write("wal/quiver.wal.cursor", WalBytes.cursorFile(position + two));
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(103, 105));
  }

  /** Both heads of the identity block: the segment cannot be read. */
  private void damageBothHeads(String name) throws IOException {
    byte[] segment = world.read(name);
    byte[] magic = Arrays.copyOf(segment, 4);
    for (int at = 0; at < segment.length - 4; at++) {
      if (Arrays.equals(magic, Arrays.copyOfRange(segment, at, at + 4))) {
        world.flip(name, at + 8, 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSegmentThatOpeningCannotReadIsSetAsideOnce(boolean withLog) throws Exception {
    DurableBuffer first = world.open();
    first.subscribe("a");
    appendAll(first, 1, 5);
    first.close();
    String segment = "segments/" + segments().getFirst();
    damageBothHeads(segment);
    if (!withLog) {
      for (String name : world.storage().list("wal")) {
        world.storage().delete("wal/" + name);
      }
      world.storage().delete("holdfast.state");
    }
    try (DurableBuffer buffer = world.open();
        Subscriber subscriber = buffer.subscribe("a")) {
      buffer.flush();
      append(buffer, 6);
      assertThat(drain(subscriber)).containsExactly(6L);
      buffer.flush();
      assertThat(world.storage().list("quarantine")).hasSize(1);
      assertThat(buffer.status().disk().segments()).isEqualTo(world.bytesIn("segments", "none"));
    }
  }

  @Test
  void aLargeSegmentThatCannotBeReadIsPutAwayAsSoonAsThereIsRoomForItsCopy() throws Exception {
    long cap = world.options.capBytes();
    DurableBuffer first = world.open();
    first.subscribe("a");
    for (long number = 1; number <= 6; number++) {
      append(first, number, LARGE);
    }
    first.close();
    String name = largestSegment();
    String segment = "segments/" + name;
    assertThat((long) world.read(segment).length).isGreaterThan(cap / 16);
    damageBothHeads(segment);
    world.disk().setCapacity(world.disk().usedBytes() + 100_000);
    DurableBuffer buffer = world.open();
    world.tasks().advance(Duration.ofMinutes(1));
    assertThat(world.storage().list("quarantine")).isEmpty();
    assertThat(buffer.status().disk().segments()).isEqualTo(world.bytesIn("segments", "none"));
    world.disk().setCapacity(Long.MAX_VALUE);
    world.tasks().advance(Duration.ofMinutes(1));
    assertThat(world.storage().list("quarantine")).hasSize(1);
    assertThat(segments()).doesNotContain(name);
    assertThat(buffer.status().disk().segments()).isEqualTo(world.bytesIn("segments", "none"));
  }

  private String largestSegment() throws IOException {
    String largest = "";
    long size = 0;
    for (String name : segments()) {
      long bytes = world.read("segments/" + name).length;
      largest = bytes > size ? name : largest;
      size = Math.max(size, bytes);
    }
    return largest;
  }

  @Test
  void aListenerMayCloseTheBufferWhenItHearsOfDamage() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    buffer.close();
    String name = "segments/" + segments().getFirst();
    damageBothHeads(name);
    DurableBuffer[] opened = new DurableBuffer[1];
    List<EngineEvent> heard = new ArrayList<>();
    world.options =
        world.options.withListener(
            event -> {
              heard.add(event);
              if (event.name().equals("holdfast.segment.corrupt")) {
                opened[0].close();
              }
            });
    opened[0] = world.open();
    Subscriber subscriber = opened[0].subscribe("a");
    try {
      assertThat(subscriber.next(Duration.ZERO)).isNull();
    } catch (ClosedException closed) {
      assertThat(closed).hasMessageContaining("closed");
    }
    world.tasks().advance(Duration.ofSeconds(3));
    assertThat(heard).extracting(EngineEvent::name).contains("holdfast.segment.corrupt");
  }

  /** A bundle of so many slots, none of which has the schema of another. */
  private void appendStrangers(DurableBuffer buffer, int slots, int number) {
    List<VectorSchemaRoot> roots = new ArrayList<>();
    RecordBundle.Builder bundle = RecordBundle.builder();
    for (int slot = 0; slot < slots; slot++) {
      Field field = Field.notNullable("n", new ArrowType.Int(64, true));
      Schema schema = new Schema(List.of(field), Map.of("this", number + "." + slot));
      VectorSchemaRoot root = VectorSchemaRoot.create(schema, world.bundles.allocator());
      ((BigIntVector) root.getVector(0)).setSafe(0, number);
      root.setRowCount(1);
      roots.add(root);
      bundle.slot(slot, Bundles.PLAIN, root);
    }
    buffer.append(bundle.build());
    roots.forEach(VectorSchemaRoot::close);
  }

  @Test
  void bundlesOfManySchemasFillSegmentsThatCanBeRead() throws Exception {
    int bundles = 300;
    world.options = world.options.withCapBytes(1L << 30);
    DurableBuffer buffer = world.open();
    buffer.subscribe("a").close();
    for (int number = 0; number < bundles; number++) {
      appendStrangers(buffer, 63, number);
    }
    buffer.close();
    assertThat(segments()).hasSizeGreaterThan(1);
    Subscriber subscriber = world.open().subscribe("a");
    for (int number = 0; number < bundles; number++) {
      try (Delivery delivery = take(subscriber)) {
        VectorSchemaRoot root = delivery.bundle().slots().getLast().root();
        assertThat(((BigIntVector) root.getVector(0)).get(0)).isEqualTo(number);
        delivery.ack();
      }
    }
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void whoStartsBehindTheSegmentsOfAnotherEngineGetsNothingOfThemLaterEither() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a").close();
    appendAll(buffer, 1, 3);
    buffer.close();
    String name = "segments/" + segments().getFirst();
    byte[] theirs = SegmentBytes.asAnotherEngine(world.read(name));
    world.restore(Map.of(name, theirs));
    DurableBuffer opened = world.open();
    opened.subscribe("late", StartAt.LATEST).close();
    opened.close();
    DurableBuffer again = world.open();
    assertThat(again.subscribe("late").backlog().bundles()).isZero();
    assertThat(drain(again.subscribe("early"))).isEqualTo(range(1, 3));
  }

  @Test
  void aBundleThatClaimsRowsWithoutEndCostsNoOther() throws Exception {
    appendAll(world.open(), 1, 3);
    world.kill();
    byte[] log = world.read(ACTIVE);
    WalBytes.Entry second = new WalBytes(log).entries.get(1);
    ByteBuffer bytes = ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(second.offset() + 29 + 34, Integer.MIN_VALUE);
    int body = second.offset() + 4;
    bytes.putInt(second.end() - 4, WalBytes.crc(log, body, second.length() - 8));
    world.write(ACTIVE, log);
    DurableBuffer buffer = world.open();
    buffer.subscribe("a").close();
    buffer.close();
    DurableBuffer again = world.open();
    Subscriber subscriber = again.subscribe("a");
    assertThat(subscriber.backlog().items()).isEqualTo(2);
    assertThat(drain(subscriber)).isEqualTo(range(1, 3));
    assertThat(again.recovery().isDamaged()).isFalse();
  }

  @Test
  void aDeadLetterTakesItsOwnRoomWhateverItsSegmentClaims() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a").close();
    appendAll(buffer, 1, 3);
    buffer.close();
    String name = "segments/" + segments().getFirst();
    world.write(name, SegmentBytes.claiming(world.read(name), 1, 150_000_000));
    DurableBuffer again = world.open();
    Subscriber subscriber = again.subscribe("a");
    assertThat(ackNext(subscriber)).isEqualTo(1);
    assertThat(subscriber.backlog().bytes()).isGreaterThan(150_000_000);
    try (Delivery delivery = take(subscriber)) {
      assertThat(delivery.reject("it is not wanted")).isTrue();
    }
    assertThat(drain(subscriber)).containsExactly(3L);
  }

  @Test
  void aBundleThatIsLargerThanAnyCanBeIsDamageAndCostsNoOther() throws Exception {
    // Holes take no memory there.
    world = new World(Disk.FILES, directory, 1);
    DurableBuffer buffer = world.open();
    buffer.subscribe("a").close();
    appendAll(buffer, 1, 3);
    buffer.close();
    String name = "segments/" + segments().getFirst();
    world.leaveToAnotherEngine();
    SegmentBytes.Holed holed = SegmentBytes.claimingAHole(world.read(name), 300 << 20);
    world.write(name, new byte[0]);
    int cut = holed.head().remaining();
    try (StorageFile file = world.storage().open(name)) {
      file.write(holed.head(), 0);
      file.write(holed.tail(), cut + holed.hole());
    }
    Subscriber subscriber = world.open().subscribe("a");
    assertThat(ackNext(subscriber)).isEqualTo(1);
    assertThat(ackNext(subscriber)).isEqualTo(2);
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    assertThat(world.events)
        .extracting(EngineEvent::message)
        .anyMatch(message -> message.contains("larger than any bundle can have been"));
  }

  @Test
  void aSegmentOfAnotherVersionIsRefusedAndNotTouched() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 3);
    buffer.close();
    String name = "segments/" + segments().getFirst();
    byte[] segment = world.read(name);
    ByteBuffer bytes = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
    int footer = bytes.getInt(segment.length - 16);
    bytes.putShort(segment.length - 16 - footer, (short) 2);
    bytes.putInt(segment.length - 4, WalBytes.crc(segment, 0, segment.length - 4));
    world.write(name, segment);
    assertThatThrownBy(() -> world.open())
        .isInstanceOf(UnsupportedVersionException.class)
        .hasMessageContaining("version 2");
    assertThat(world.read(name)).isEqualTo(segment);
  }
}
