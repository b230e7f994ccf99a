package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.UnsupportedVersionException;
import io.holdfast.testkit.SegmentBytes.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A directory with every kind of file in it, damaged in every place in turn: it opens, at most the
 * records that were hit are missing, what is missing is named, and nothing comes that was not
 * appended.
 *
 * <p>A part of the places is tried; {@code -Dholdfast.step=1} tries all. Of a directory of 64 MiB
 * random places are tried, {@code -Dholdfast.places=10000} many.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS)
class DamageTest {
  private static final List<String> SUBSCRIBERS = List.of("a", "b");

  /** What must come, and what may. */
  private final Map<Long, Long> hashes = new HashMap<>();

  private final Map<String, Set<Long>> unresolved = new TreeMap<>();
  private final Map<Long, Long> numbers = new HashMap<>();
  private Map<String, byte[]> files = Map.of();
  private final Map<String, List<Part>> parts = new TreeMap<>();

  /** How many times as many bundles of how many bytes the directory holds. */
  private record Shape(int times, int bytes) {}

  private static final Shape SMALL = new Shape(1, 900);
  private static final Shape LARGE = new Shape(16, 144_000);
  private static final long CAP = 1L << 30;

  private Shape shape = SMALL;

  /** Deliveries that were compared. */
  private long checked;

  private enum Kind {
    FLIPPED("a bit flipped"),
    CUT("a file cut"),
    ZEROED("a block zeroed");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** Damage to one file. */
  private record Damage(Kind kind, String file, int from, int to) {
    byte[] to(byte[] whole) {
      byte[] bytes = kind == Kind.CUT ? Arrays.copyOf(whole, from) : whole.clone();
      switch (kind) {
        case CUT -> {}
        case FLIPPED -> bytes[from] ^= (byte) (1 << (from % 8));
        case ZEROED -> Arrays.fill(bytes, from, to, (byte) 0);
      }
      return bytes;
    }

    @Override
    public String toString() {
      return kind + " " + file + ", bytes " + from + " to " + to;
    }
  }

  private void append(World world, DurableBuffer buffer, long number) {
    try (Bundles.Built built =
        number % 3 == 0
            ? world.bundles.mixed(number)
            : world.bundles.sized(number, (int) (number * 37 % 900) * (shape.bytes / 900))) {
      hashes.put(number, Bundles.hash(built.bundle()));
      long sequence = buffer.append(built.bundle());
      numbers.put(sequence, number);
      unresolved.values().forEach(set -> set.add(sequence));
    }
  }

  private void ack(Subscriber subscriber, int count) {
    for (int i = 0; i < count; i++) {
      try (Delivery delivery = EngineSuite.take(subscriber)) {
        delivery.ack();
        of(unresolved, subscriber.id()).remove(delivery.sequence());
      }
    }
  }

  private static <T> T of(Map<String, T> map, String key) {
    T found = map.get(key);
    if (found == null) {
      throw new IllegalArgumentException(key);
    }
    return found;
  }

  /** Goes on in a new log file, as after a sync that failed. */
  private void rotate(World world, DurableBuffer buffer, long number) {
    world
        .disk()
        .setFaults(
            Faults.nth(1, call -> call.kind() == StorageCall.Kind.SYNC, Faults.Outcome.FAIL));
    append(world, buffer, number);
    world.disk().setFaults(Faults.none());
  }

  /** Two segments, two rotated logs, an active one, and all small files. */
  private void build(Shape ofShape) throws Exception {
    shape = ofShape;
    try (World world = World.simulated(7)) {
      world.options = world.options.withCapBytes(CAP);
      SUBSCRIBERS.forEach(id -> unresolved.put(id, new TreeSet<>()));
      long number = 1;
      for (int segment = 0; segment < 2; segment++) {
        DurableBuffer buffer = world.open();
        Subscriber a = buffer.subscribe("a");
        buffer.subscribe("b");
        for (int i = 0; i < 14 * shape.times; i++) {
          append(world, buffer, number++);
        }
        ack(a, 4);
        buffer.close();
      }
      DurableBuffer buffer = world.open();
      Subscriber a = buffer.subscribe("a");
      Subscriber b = buffer.subscribe("b");
      for (int file = 0; file < 3; file++) {
        for (int i = 0; i < 10 * shape.times; i++) {
          append(world, buffer, number++);
        }
        if (file < 2) {
          rotate(world, buffer, number++);
        }
      }
      ack(a, 2);
      ack(b, 3);
      buffer.flush();
      world.kill();
      files = world.snapshot();
      // Zeros that were reserved ahead only take time here.
      files.remove("holdfast.reserve");
      files.remove("wal/holdfast.next");
      byte[] active = world.read("wal/quiver.wal");
      files.put("wal/quiver.wal", Arrays.copyOf(active, new WalBytes(active).end + 700));
    }
    assertThat(files.keySet())
        .contains(
            "wal/quiver.wal",
            "wal/quiver.wal.1",
            "wal/quiver.wal.2",
            "wal/quiver.wal.cursor",
            "segments/0000000000000001.qseg",
            "segments/0000000000000002.qseg",
            "quiver.sub.a",
            "holdfast.sub.a",
            "holdfast.state");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      parts.put(file.getKey(), partsOf(file.getKey(), file.getValue()));
    }
  }

  private static List<Part> partsOf(String name, byte[] bytes) {
    if (name.endsWith(".qseg")) {
      return new SegmentBytes(bytes).parts;
    }
    List<Part> found = new ArrayList<>();
    if (name.startsWith("wal/quiver.wal") && !name.endsWith("cursor")) {
      for (WalBytes.Entry entry : new WalBytes(bytes).entries) {
        found.add(new Part(entry.offset(), entry.end(), Set.of(entry.sequence())));
      }
    }
    return found;
  }

  private Set<Long> hit(Damage damage) {
    Set<Long> hit = new HashSet<>();
    for (Part part : parts.getOrDefault(damage.file, List.of())) {
      if (part.from() < damage.to && part.to() > damage.from) {
        hit.addAll(part.sequences());
      }
    }
    return hit;
  }

  private boolean tells(Damage damage) {
    return damage.file.contains(".sub.");
  }

  /** Opens the damaged directory and takes all that comes. */
  private void check(Damage damage) throws Exception {
    Map<String, byte[]> damaged = new TreeMap<>(files);
    byte[] bytes = damage.to(of(damaged, damage.file));
    damaged.put(damage.file, bytes);
    Set<Long> hit = hit(damage);
    try (World world = World.simulated(11)) {
      world.options = world.options.withCapBytes(CAP);
      world.restore(damaged);
      DurableBuffer buffer;
      try {
        buffer = world.open();
      } catch (UnsupportedVersionException version) {
        assertThat(damage.file)
            .as("only our own small files have a version that counts")
            .startsWith("holdfast.");
        assertThat(world.read(damage.file)).isEqualTo(bytes);
        return;
      }
      Set<Long> missing = new TreeSet<>();
      for (String id : SUBSCRIBERS) {
        Set<Long> came = new TreeSet<>();
        Subscriber subscriber = buffer.subscribe(id);
        for (Delivery next = subscriber.next(Duration.ZERO);
            next != null;
            next = subscriber.next(Duration.ZERO)) {
          try (Delivery delivery = next) {
            long number = Bundles.number(delivery.bundle());
            assertThat(Bundles.hash(delivery.bundle()))
                .as("%s: bundle %s is what was appended", damage, number)
                .isEqualTo(hashes.get(number));
            assertThat(numbers.get(delivery.sequence())).isEqualTo(number);
            assertThat(came.add(delivery.sequence())).as("once").isTrue();
            checked++;
            delivery.ack();
          }
        }
        Set<Long> lost = new TreeSet<>(of(unresolved, id));
        lost.removeAll(came);
        assertThat(hit).as("%s: only what was hit is missing for %s", damage, id).containsAll(lost);
        missing.addAll(lost);
        if (!tells(damage)) {
          came.removeAll(of(unresolved, id));
          assertThat(came).as("%s: what was resolved does not come to %s", damage, id).isEmpty();
        }
      }
      if (!missing.isEmpty() && !looksWhole(damage)) {
        assertThat(told(world, buffer.recovery()))
            .as("%s: that %s are missing is told", damage, missing)
            .contains(damage.file.substring(damage.file.lastIndexOf('/') + 1));
      }
      world.abandon();
    }
  }

  /** An active log that ends with an entry, or is empty, is what a crash leaves as well. */
  private boolean looksWhole(Damage damage) {
    return damage.kind == Kind.CUT
        && damage.file.equals("wal/quiver.wal")
        && (damage.from == 0
            || damage.from == WalBytes.OWN_HEADER
            || of(parts, damage.file).stream().anyMatch(part -> part.to() == damage.from));
  }

  private static String told(World world, RecoveryReport report) {
    StringBuilder text = new StringBuilder();
    text.append(report.damage()).append(report.unconfirmed()).append(report.notes());
    for (EngineEvent event : world.events) {
      text.append(event.message()).append('\n');
    }
    return text.toString();
  }

  private static int step(int usual) {
    return Integer.getInteger("holdfast.step", usual);
  }

  /** Damage of a kind at every {@code stride} bytes of every file. */
  private void run(Kind kind, int stride, int length) throws Exception {
    build(SMALL);
    int places = 0;
    long total = 0;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      int size = file.getValue().length;
      total += size;
      for (int at = 0; at < size; at += stride) {
        int end = kind == Kind.CUT ? size : Math.min(size, at + length);
        check(new Damage(kind, file.getKey(), at, end));
        places++;
      }
    }
    System.out.printf(
        "damage is local: %s in %,d places of %,d bytes in %d files%n",
        kind.words, places, total, files.size());
    record(kind.words + (stride == 1 ? " at each byte" : " every " + stride + " bytes"), places, 7);
  }

  private void record(String what, int places, long seed) {
    Campaign.ran(Subject.ENGINE, what, places, numbers.size(), checked, seed);
  }

  @Test
  void aFlippedBitAnywhereCostsAtMostTheRecordThatItHits() throws Exception {
    run(Kind.FLIPPED, step(211), 1);
  }

  @Test
  void aCutAnywhereCostsAtMostWhatLayBehindIt() throws Exception {
    run(Kind.CUT, step(307), 0);
  }

  @Test
  void aCutWithinAHeaderIsTold() throws Exception {
    build(SMALL);
    for (String file : files.keySet()) {
      int size = of(files, file).length;
      for (int at = 0; at < Math.min(80, size); at += step(3)) {
        check(new Damage(Kind.CUT, file, at, size));
      }
    }
  }

  @Test
  void aZeroedBlockAnywhereCostsAtMostTheRecordsInIt() throws Exception {
    run(Kind.ZEROED, 512, 512);
  }

  @Test
  void damageAtRandomPlacesOfALargeDirectoryCostsAtMostTheRecordsThatItHits() throws Exception {
    build(LARGE);
    long seed = Long.getLong("holdfast.seed", 1);
    int places = Integer.getInteger("holdfast.places", 4);
    Random random = new Random(seed);
    long total = files.values().stream().mapToLong(bytes -> bytes.length).sum();
    assertThat(total).isGreaterThan(64 << 20);
    long lengths = 0;
    for (int i = 0; i < places; i++) {
      Damage damage = anywhere(random, total);
      lengths += damage.to - damage.from;
      try {
        check(damage);
      } catch (Throwable failure) {
        throw new AssertionError(
            "repeat with: mvn -pl testkit -am test -Dtest=DamageTest#damageAtRandom*"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + seed
                + " -Dholdfast.places="
                + (i + 1),
            failure);
      }
    }
    System.out.printf(
        "damage is local: %,d random places of %,d bytes in %d files, %,d bytes hit in the mean%n",
        places, total, files.size(), lengths / places);
    record("damage at a random place of 64 MiB", places, seed);
  }

  private Damage anywhere(Random random, long total) {
    // The small files are as likely to be hit as all of the large ones.
    List<String> names = new ArrayList<>(files.keySet());
    names.removeIf(empty -> of(files, empty).length == 0);
    String name = names.get(random.nextInt(names.size()));
    if (random.nextBoolean()) {
      long at = random.nextLong(total);
      for (String next : names) {
        name = next;
        at -= of(files, name).length;
        if (at < 0) {
          break;
        }
      }
    }
    int size = of(files, name).length;
    int from = random.nextInt(size);
    return switch (random.nextInt(4)) {
      case 0 -> new Damage(Kind.CUT, name, from, size);
      case 1 -> new Damage(Kind.ZEROED, name, from & -512, Math.min(size, (from & -512) + 512));
      case 2 -> new Damage(Kind.ZEROED, name, from & -4096, Math.min(size, (from & -4096) + 4096));
      default -> new Damage(Kind.FLIPPED, name, from, from + 1);
    };
  }
}
