package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferStatus;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.OutcomeUnknownException;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One buffer on a simulated machine, and a witness beside it that knows what may come and what
 * must: it sees only what the engine has told its callers.
 */
final class History implements AutoCloseable {
  /** What the witness knows of a subscriber. */
  private static final class Expected {
    /** Sequences that must come. */
    final Set<Long> must = new TreeSet<>();

    /** Sequences that were resolved, but not yet durably: a crash may bring them back. */
    final Set<Long> unflushed = new TreeSet<>();

    /** Sequences that may come or not. */
    final Set<Long> may = new TreeSet<>();
  }

  final World world;
  private final Map<Long, Long> numbers = new TreeMap<>();
  private final Set<Long> unknown = new HashSet<>();
  private final Set<Long> refused = new HashSet<>();
  private final Map<Long, Long> hashes = new HashMap<>();
  private final Map<String, Expected> expected = new TreeMap<>();
  private final Map<String, Subscriber> subscribers = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private @Nullable DurableBuffer buffer;
  private long nextNumber = 1;

  /** Whether there may be a subscriber that nobody was told of. */
  private boolean strangers;

  History(long seed) {
    world = World.simulated(seed);
  }

  private History(World world) {
    this.world = world;
  }

  /**
   * What this history is after a power cut at this moment; it ends here, and may be asked again for
   * what another seed makes of it.
   */
  History afterCrash(long seed) {
    History next = new History(world.afterCrash(seed));
    next.log.addAll(log);
    next.log.add("crash " + seed);
    next.numbers.putAll(numbers);
    next.unknown.addAll(unknown);
    next.refused.addAll(refused);
    next.hashes.putAll(hashes);
    next.nextNumber = nextNumber;
    next.strangers = strangers;
    expected.forEach(
        (id, mine) -> {
          Expected copy = new Expected();
          copy.must.addAll(mine.must);
          copy.may.addAll(mine.may);
          copy.may.addAll(mine.unflushed);
          next.expected.put(id, copy);
        });
    return next;
  }

  /** What was done, for the message of a failure. */
  List<String> log() {
    return log;
  }

  DurableBuffer buffer() {
    if (buffer == null) {
      throw new IllegalStateException("not open");
    }
    return buffer;
  }

  boolean isOpen() {
    return buffer != null;
  }

  Set<String> ids() {
    return expected.keySet();
  }

  long backlog() {
    return numbers.size();
  }

  // ------------------------------------------------------------------ lives

  void open() {
    log.add("open");
    DurableBuffer opened = world.open();
    buffer = opened;
    assertThat(opened.recovery().isDamaged())
        .as("no damage after crashes alone: %s", opened.recovery())
        .isFalse();
    assertThat(opened.subscribers()).as("subscribers are durable").containsAll(expected.keySet());
    try {
      for (String id : expected.keySet()) {
        subscribers.put(id, opened.subscribe(id));
      }
    } catch (StorageException e) {
      lost();
      world.nextLife();
      throw e;
    }
  }

  /** Closes; what was resolved must never come back after this. */
  void close(boolean mayFail) {
    log.add("close");
    DurableBuffer closing = buffer();
    try {
      closing.close();
      expected.values().forEach(e -> e.unflushed.clear());
    } catch (HoldfastException e) {
      if (!mayFail) {
        throw e;
      }
      log.add("  " + e.getMessage());
    }
    lost();
  }

  void kill() throws Exception {
    log.add("kill");
    lost();
    world.kill();
  }

  void crash(long seed) {
    log.add("crash " + seed);
    lost();
    world.crash(seed);
  }

  private void lost() {
    buffer = null;
    subscribers.clear();
    for (Expected one : expected.values()) {
      one.may.addAll(one.unflushed);
      one.unflushed.clear();
    }
  }

  // ------------------------------------------------------------------ operations

  /** Says whether it was accepted. */
  boolean append(int bytes) {
    long number = nextNumber++;
    log.add("append " + number + ", " + bytes + " bytes");
    try {
      try (Bundles.Built built = built(number, bytes)) {
        accepted(number, buffer().append(built.bundle(), Duration.ZERO));
      }
      return true;
    } catch (HoldfastException e) {
      failed(number, e);
      return false;
    }
  }

  /** Several at once, so that they may share a group. */
  void appendTogether(int count, int bytes) {
    log.add("append " + count + " together, " + bytes + " bytes each");
    List<CompletableFuture<Long>> results = new ArrayList<>();
    long first = nextNumber;
    for (int i = 0; i < count; i++) {
      try (Bundles.Built built = built(nextNumber++, bytes)) {
        results.add(buffer().appendAsync(built.bundle()));
      }
    }
    world.tasks().runUntilIdle();
    for (int i = 0; i < count; i++) {
      CompletableFuture<Long> result = results.get(i);
      assertThat(result).as("completes once the tasks are idle").isDone();
      try {
        accepted(first + i, result.join());
      } catch (CompletionException e) {
        if (e.getCause() instanceof HoldfastException reason) {
          failed(first + i, reason);
        } else {
          throw e;
        }
      }
    }
  }

  private Bundles.Built built(long number, int bytes) {
    Bundles.Built built =
        bytes < 0 ? world.bundles.mixed(number) : world.bundles.sized(number, bytes);
    hashes.put(number, Bundles.hash(built.bundle()));
    return built;
  }

  private void accepted(long number, long sequence) {
    for (long known : numbers.keySet()) {
      assertThat(sequence).as("sequences rise for ever").isGreaterThan(known);
    }
    numbers.put(sequence, number);
    expected.values().forEach(e -> e.must.add(sequence));
  }

  private void failed(long number, HoldfastException reason) {
    log.add("  " + reason.getMessage());
    switch (reason) {
      case OutcomeUnknownException e -> unknown.add(number);
      case BufferFullException e -> refused.add(number);
      case StorageException e -> refused.add(number);
      default -> throw reason;
    }
  }

  void subscribe(String id) {
    log.add("subscribe " + id);
    Subscriber subscriber;
    try {
      subscriber = buffer().subscribe(id);
    } catch (StorageException e) {
      log.add("  " + e.getMessage());
      strangers = true;
      return;
    }
    if (expected.containsKey(id)) {
      subscribers.put(id, subscriber);
      return;
    }
    Expected mine = new Expected();
    if (expected.isEmpty() || strangers) {
      // Nothing is promised of what others, forgotten or never told of, have resolved.
      mine.may.addAll(numbers.keySet());
    } else {
      for (long sequence : numbers.keySet()) {
        if (expected.values().stream().anyMatch(e -> e.must.contains(sequence))) {
          mine.must.add(sequence);
        } else if (expected.values().stream().anyMatch(e -> e.may.contains(sequence))) {
          mine.may.add(sequence);
        }
      }
    }
    expected.put(id, mine);
    subscribers.put(id, subscriber);
  }

  void unsubscribe(String id) {
    log.add("unsubscribe " + id);
    Subscriber subscriber = subscribers.remove(id);
    if (subscriber != null) {
      subscriber.close();
    }
    buffer().unsubscribe(id);
    expected.remove(id);
  }

  /** Takes up to {@code count} and acks, rejects or gives each back. */
  void take(String id, int count, String how) {
    if (!subscribers.containsKey(id)) {
      return;
    }
    log.add("take " + count + " for " + id + " and " + how);
    Expected mine = expected(id);
    long before = -1;
    for (int i = 0; i < count; i++) {
      try (Delivery delivery = subscriber(id).next(Duration.ZERO)) {
        if (delivery == null) {
          return;
        }
        log.add("  " + delivery.sequence());
        seen(mine, delivery);
        long sequence = delivery.sequence();
        if (!how.equals("close") && !how.equals("defer")) {
          assertThat(sequence).as("in order").isGreaterThan(before);
          before = sequence;
        }
        switch (how) {
          case "ack" -> delivery.ack();
          case "reject" -> delivery.reject("the test says so");
          case "defer" -> delivery.defer(Duration.ofSeconds(i % 3));
          default -> {}
        }
        if (how.equals("ack") || how.equals("reject")) {
          mine.must.remove(sequence);
          mine.may.remove(sequence);
          mine.unflushed.add(sequence);
        }
      } catch (StorageException e) {
        log.add("  " + e.getMessage());
        return;
      }
    }
  }

  private void seen(Expected mine, Delivery delivery) {
    long sequence = delivery.sequence();
    long number = Bundles.number(delivery.bundle());
    assertThat(Bundles.hash(delivery.bundle()))
        .as("bundle %s is what was appended", number)
        .isEqualTo(hashes.get(number));
    assertThat(refused).as("what was refused never comes").doesNotContain(number);
    if (!numbers.containsKey(sequence)) {
      assertThat(unknown).as("sequence %s has number %s", sequence, number).contains(number);
      unknown.remove(number);
      numbers.put(sequence, number);
      expected.values().forEach(e -> e.may.add(sequence));
    }
    assertThat(numbers.get(sequence)).as("sequence %s", sequence).isEqualTo(number);
    assertThat(mine.must.contains(sequence) || mine.may.contains(sequence))
        .as("sequence %s was resolved durably and must not come again", sequence)
        .isTrue();
  }

  void flush(boolean mayFail) {
    log.add("flush");
    try {
      buffer().flush();
      expected.values().forEach(e -> e.unflushed.clear());
    } catch (HoldfastException e) {
      if (!mayFail) {
        throw e;
      }
      log.add("  " + e.getMessage());
    }
  }

  void pass(Duration duration) {
    log.add("let " + duration + " pass");
    world.tasks().advance(duration);
  }

  // ------------------------------------------------------------------ the checks

  /** Takes all that comes to each subscriber, compares, and puts it back in line. */
  void check() {
    log.add("check");
    // What was deferred is due by then.
    world.tasks().advance(Duration.ofSeconds(10));
    checkAccount();
    for (Map.Entry<String, Expected> entry : expected.entrySet()) {
      Expected mine = entry.getValue();
      Set<Long> came = new TreeSet<>();
      Subscriber subscriber = subscriber(entry.getKey());
      for (Delivery next = subscriber.next(Duration.ZERO);
          next != null;
          next = subscriber.next(Duration.ZERO)) {
        seen(mine, next);
        assertThat(came.add(next.sequence())).as("%s is out once", next.sequence()).isTrue();
        assertThat(came).last().as("in order").isEqualTo(next.sequence());
        // Not held: after several crashes in a row bundles come one at a time.
        next.defer(Duration.ofSeconds(1));
        next.close();
      }
      assertThat(came)
          .as("all that was accepted and not resolved comes to %s", entry.getKey())
          .containsAll(mine.must);
      mine.must.addAll(came);
      mine.may.removeAll(came);
      mine.unflushed.addAll(mine.may);
      mine.may.clear();
    }
    world.tasks().advance(Duration.ofSeconds(2));
  }

  /** What the engine thinks that its files take is what they take. */
  private void checkAccount() {
    BufferStatus.DiskUse use = buffer().status().disk();
    assertThat(use.log()).as("log files").isEqualTo(world.bytesIn("wal", "cursor"));
    assertThat(use.segments()).as("segments").isEqualTo(world.bytesIn("segments", "none"));
    assertThat(use.quarantine()).as("copies").isEqualTo(world.bytesIn("quarantine", "none"));
    assertThat(use.metadata()).as("small files").isGreaterThan(world.bytesIn("", "none"));
  }

  private Expected expected(String id) {
    Expected mine = expected.get(id);
    if (mine == null) {
      throw new IllegalStateException("no subscriber " + id);
    }
    return mine;
  }

  private Subscriber subscriber(String id) {
    Subscriber subscriber = subscribers.get(id);
    if (subscriber == null) {
      throw new IllegalStateException(id + " is not connected");
    }
    return subscriber;
  }

  @Override
  public void close() {
    // As a process that ends: whatever is open is not closed.
    world.abandon();
    world.close();
  }
}
