package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferStatus;
import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a buffer has promised to many threads at once, through clean closes only: each that was
 * accepted comes to each subscriber until it is resolved, and then never again. Thread-safe.
 */
final class Promises {
  /** What one subscriber was promised. */
  static final class Reader {
    final String id;

    /** Resolved for sure: by a connection that nobody had begun to close. */
    private final Set<Long> gone = ConcurrentHashMap.newKeySet();

    /** Resolved by a connection that was being closed: it may come again, or not. */
    private final Set<Long> doubtful = ConcurrentHashMap.newKeySet();

    /** Given up: dead letters now. */
    private final Set<Long> letters = ConcurrentHashMap.newKeySet();

    /**
     * Somebody tried to give them up, and was told no: they may be letters all the same, or soon.
     */
    private final Set<Long> tried = ConcurrentHashMap.newKeySet();

    /** What happened to each, for whoever looks for a defect. */
    private final Map<Long, Queue<String>> story = new ConcurrentHashMap<>();

    private volatile boolean replayed;
    private volatile boolean purged;

    Reader(String id) {
      this.id = id;
    }

    /** Before letters are replayed. */
    void replaying() {
      replayed = true;
    }

    /** Before letters are purged. */
    void purging() {
      purged = true;
    }

    /** Something is done with one. */
    void note(long sequence, String what) {
      story
          .computeIfAbsent(sequence, _ -> new ConcurrentLinkedQueue<>())
          .add(System.nanoTime() / 1000 + " " + Thread.currentThread() + " " + what + "\n");
    }

    /** Whether one may come out of its order. */
    boolean mayBeLetter(long sequence) {
      return replayed && (tried.contains(sequence) || letters.contains(sequence));
    }

    void resolved(long sequence, boolean forSure) {
      (forSure ? gone : doubtful).add(sequence);
    }

    /** Before one is given up; says whether nobody has tried before. */
    boolean givingUp(long sequence) {
      return tried.add(sequence);
    }

    /**
     * One was given up.
     *
     * @param first whether nobody had tried before: so it is a letter, and nothing else
     */
    void givenUp(long sequence, boolean first) {
      letters.add(sequence);
      if (first) {
        tried.remove(sequence);
      }
    }

    private boolean isOwed(long sequence) {
      return !gone.contains(sequence)
          && !doubtful.contains(sequence)
          && !letters.contains(sequence);
    }
  }

  /** The number of each bundle, by its sequence. */
  private final Map<Long, Long> accepted = new ConcurrentHashMap<>();

  private final Map<Long, Long> came = new ConcurrentHashMap<>();
  private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();

  // Of one life.
  private final LongAdder appends = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder deliveries = new LongAdder();

  /** A promise was broken, or what should not be thrown was. */
  void broken(Throwable how) {
    broken.add(how);
  }

  /** Whether all were kept so far. */
  boolean areKept() {
    return broken.isEmpty();
  }

  /** Throws what broke them. */
  void check() {
    Throwable first = broken.peek();
    if (first != null) {
      AssertionError error = new AssertionError(first + ", and " + (broken.size() - 1) + " more");
      broken.forEach(error::addSuppressed);
      throw error;
    }
  }

  void accepted(long sequence, long number) {
    appends.increment();
    Long before = accepted.put(sequence, number);
    if (before != null) {
      broken(new AssertionError("sequence " + sequence + " for " + before + " and " + number));
    }
  }

  void refused() {
    refusals.increment();
  }

  /** Something came that is not checked any further. */
  void came(long sequence, long number) {
    deliveries.increment();
    Long before = came.putIfAbsent(sequence, number);
    if (before != null && before != number) {
      broken(new AssertionError("sequence " + sequence + " held " + before + ", now " + number));
    }
  }

  /**
   * Something came to a subscriber.
   *
   * @param inTime whether its connection still stood when it was there; else it may be another's
   */
  void came(Reader reader, long sequence, long number, boolean inTime) {
    came(sequence, number);
    boolean mayBeLetter = reader.replayed && reader.tried.contains(sequence);
    boolean isGone = reader.gone.contains(sequence) && !mayBeLetter;
    if (inTime && (isGone || (reader.letters.contains(sequence) && !reader.replayed))) {
      broken(
          new AssertionError(
              sequence + " came again to " + reader.id + ":\n" + reader.story.get(sequence)));
    }
    reader.note(sequence, "came");
  }

  /** At the end of a life: the counters are those of the callers. */
  void endLife(BufferStatus status) {
    assertThat(status.appended()).as("appended").isEqualTo(appends.sumThenReset());
    assertThat(status.refused()).as("refused").isEqualTo(refusals.sumThenReset());
    assertThat(status.delivered()).as("delivered").isEqualTo(deliveries.sumThenReset());
    assertThat(accepted).as("what came was accepted").containsAllEntriesOf(came);
  }

  /** How many bundles were accepted. */
  int accepted() {
    return accepted.size();
  }

  /** With nobody else at the buffer: what is owed comes, and no more. */
  void settle(DurableBuffer buffer, Reader reader) {
    try (Subscriber subscriber = buffer.subscribe(reader.id)) {
      while (subscriber.backlog().bundles() > 0) {
        try (Delivery delivery = subscriber.next(Duration.ofSeconds(60))) {
          if (delivery == null) {
            throw new AssertionError("nothing comes any more");
          }
          long sequence = delivery.sequence();
          came(reader, sequence, Bundles.number(delivery.bundle()), true);
          delivery.ackDurably();
          reader.resolved(sequence, true);
        }
      }
    }
    Set<Long> listed = ConcurrentHashMap.newKeySet();
    for (DeadLetter letter : buffer.deadLetters(reader.id).list(-1, Integer.MAX_VALUE)) {
      listed.add(letter.sequence().orElseThrow());
    }
    for (long sequence : accepted.keySet()) {
      boolean letterAfterAll =
          reader.tried.contains(sequence) && (listed.contains(sequence) || reader.purged);
      assertThat(reader.isOwed(sequence) && !letterAfterAll)
          .as("%s is owed to %s", sequence, reader.id)
          .isFalse();
      boolean isLetter =
          reader.letters.contains(sequence)
              && !reader.gone.contains(sequence)
              && !reader.doubtful.contains(sequence);
      if (isLetter && !reader.purged) {
        assertThat(listed).as("the letters of %s", reader.id).contains(sequence);
      }
    }
    assertThat(accepted.keySet()).as("the letters of %s", reader.id).containsAll(listed);
  }
}
