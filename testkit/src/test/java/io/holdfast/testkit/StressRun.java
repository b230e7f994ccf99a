package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.Durability;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.LossReason;
import io.holdfast.engine.RetryPolicy;
import io.holdfast.engine.StartAt;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TimeSource;
import io.holdfast.engine.storage.Storage;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One directory through several lives, in each of which many threads, platform and virtual, do
 * whatever there is to do with a buffer: until one of them closes it. They are interrupted at any
 * moment, and what they are called back with calls back.
 */
final class StressRun {
  /** Shared by many consumers, or with one of its own. */
  private static final List<String> READERS = List.of("many", "few", "alone");

  private static final int OUTSIDE = 200;
  private static final int DEEPEST = 3;

  private final Storage storage;
  private final SplittableRandom random;
  private final Watchdog watchdog;
  private final Counts counts;
  private final Promises promises = new Promises();
  private final List<Promises.Reader> readers = READERS.stream().map(Promises.Reader::new).toList();
  private final AtomicLong numbers = new AtomicLong();

  /** Counts of all runs. Thread-safe. */
  static final class Counts {
    final LongAdder lives = new LongAdder();
    final LongAdder operations = new LongAdder();
    final LongAdder callbacks = new LongAdder();
    final LongAdder accepted = new LongAdder();
    final LongAdder deliveries = new LongAdder();
    final LongAdder interrupts = new LongAdder();
    final LongAdder closedInCallbacks = new LongAdder();

    @Override
    public String toString() {
      return lives
          + " lives, "
          + operations
          + " operations and "
          + callbacks
          + " in callbacks, "
          + interrupts
          + " interrupts, "
          + accepted
          + " bundles accepted, "
          + deliveries
          + " deliveries, "
          + closedInCallbacks
          + " closed from a callback";
    }
  }

  StressRun(Storage storage, long seed, Watchdog watchdog, Counts counts) {
    this.storage = storage;
    this.random = new SplittableRandom(seed);
    this.watchdog = watchdog;
    this.counts = counts;
  }

  /** All lives, and then a last one in which what is owed must come. */
  void run() {
    int lives = 1 + random.nextInt(4);
    for (int life = 0; life < lives; life++) {
      new Life(random.split()).run();
    }
    try (DurableBuffer buffer = DurableBuffer.open(storage, options(random, new Threads()))) {
      assertThat(buffer.recovery().cleanStop()).isTrue();
      for (Promises.Reader reader : readers) {
        promises.settle(buffer, reader);
      }
    }
    promises.check();
  }

  private BufferOptions options(SplittableRandom chosen, TaskExecutor tasks) {
    return BufferOptions.defaults()
        .withCapBytes(BufferOptions.MIN_CAP_BYTES << chosen.nextInt(3))
        .withDurability(
            chosen.nextInt(3) == 0 ? Durability.interval(Duration.ofMillis(20)) : Durability.sync())
        .withMaxInFlight(1 << (2 + chosen.nextInt(8)))
        .withProgressInterval(Duration.ofMillis(1L << chosen.nextInt(8)))
        .withRetryPolicy(
            new RetryPolicy(
                Duration.ofMillis(1), Duration.ofMillis(5), 0.5, 2 + chosen.nextInt(1000)))
        .withTime(TimeSource.system())
        .withTasks(tasks)
        .withListener(this::told);
  }

  private void told(EngineEvent event) {
    boolean isListener = event.name().equals("holdfast.listener.failure");
    if (event.level() == Level.ERROR || isListener) {
      promises.broken(new AssertionError(event.toString()));
    }
  }

  /** Threads for tasks, and a memory of which there are. */
  private static final class Threads implements TaskExecutor {
    private final Set<Thread> seen = ConcurrentHashMap.newKeySet();

    @Override
    public Task register(String name, Runnable step) {
      return TaskExecutor.threads()
          .register(
              name,
              () -> {
                seen.add(Thread.currentThread());
                step.run();
              });
    }

    boolean haveEnded() {
      return seen.stream().noneMatch(Thread::isAlive);
    }
  }

  /** A connected subscriber. */
  private static final class Connection {
    private final Subscriber subscriber;
    private final Promises.Reader reader;
    private final Set<Long> out = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    Connection(Subscriber subscriber, Promises.Reader reader) {
      this.subscriber = subscriber;
      this.reader = reader;
    }
  }

  /** A delivery in somebody's hands, maybe another's soon. */
  private record Held(Connection from, Delivery delivery) {}

  /** From opening to closing. */
  private final class Life {
    private final SplittableRandom chosen;
    private final Threads threads = new Threads();
    private final DurableBuffer buffer;
    private final List<AtomicReference<@Nullable Connection>> connections = new ArrayList<>();
    private final Queue<Held> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger left;
    private final AtomicInteger working = new AtomicInteger();
    private final LongAdder unfinished = new LongAdder();
    private volatile boolean closing;

    Life(SplittableRandom chosen) {
      this.chosen = chosen;
      this.left = new AtomicInteger(50 + chosen.nextInt(500));
      this.buffer = DurableBuffer.open(storage, options(chosen, threads));
      for (String _ : READERS) {
        connections.add(new AtomicReference<>());
      }
    }

    void run() {
      // All are there before the first append, so that all is owed to all.
      for (int reader = 0; reader < READERS.size(); reader++) {
        connect(reader);
      }
      List<Thread> workers = new ArrayList<>();
      int count = 4 + chosen.nextInt(12);
      for (int i = 0; i < count; i++) {
        SplittableRandom own = chosen.split();
        // The last reader has one consumer, who sees the order.
        Runnable work = i == 0 ? () -> consumeInOrder(own) : () -> work(own);
        working.incrementAndGet();
        Runnable guarded = () -> guarded(work);
        workers.add(
            chosen.nextBoolean()
                ? Thread.ofVirtual().start(guarded)
                : Thread.ofPlatform().daemon().start(guarded));
      }
      Thread interrupter = Thread.ofVirtual().start(() -> interrupt(workers, chosen.split()));
      watchdog.until("that all workers have ended", () -> working.get() == 0);
      close();
      watchdog.until("that the interrupter has ended", () -> !interrupter.isAlive());
      watchdog.until("that all engine threads have ended", threads::haveEnded);
      for (Held one = held.poll(); one != null; one = held.poll()) {
        one.delivery.ack();
        one.delivery.close();
      }
      assertThat(unfinished.sum()).as("appends without an outcome").isZero();
      counts.lives.increment();
      promises.check();
      promises.endLife(buffer.status());
    }

    private void guarded(Runnable work) {
      try {
        work.run();
      } catch (Throwable failure) {
        promises.broken(failure);
        close();
      } finally {
        working.decrementAndGet();
      }
    }

    private void interrupt(List<Thread> workers, SplittableRandom own) {
      while (working.get() > 0) {
        workers.get(own.nextInt(workers.size())).interrupt();
        counts.interrupts.increment();
        try {
          Thread.sleep(own.nextInt(3));
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private void work(SplittableRandom own) {
      while (!closing && promises.areKept()) {
        if (left.decrementAndGet() < 0) {
          close();
          return;
        }
        if (own.nextInt(4) > 0) {
          boolean _ = Thread.interrupted();
        }
        boolean interrupted = Thread.currentThread().isInterrupted();
        act(own, 0);
        if (interrupted && !Thread.currentThread().isInterrupted()) {
          throw new AssertionError("an interrupt is lost");
        }
      }
    }

    private void consumeInOrder(SplittableRandom own) {
      Promises.Reader reader = readers.getLast();
      Connection connection = connection(READERS.size() - 1);
      long last = Long.MIN_VALUE;
      while (connection != null && !closing && promises.areKept()) {
        watchdog.step();
        boolean _ = Thread.interrupted();
        try {
          Held one = take(connection, own);
          if (one != null) {
            long sequence = one.delivery.sequence();
            if (one.delivery.attempt() == 1 && !reader.mayBeLetter(sequence)) {
              assertThat(sequence).as("the order of what comes").isGreaterThan(last);
              last = sequence;
            }
            resolve(one, own, false);
          }
        } catch (ClosedException ended) {
          return;
        }
      }
    }

    /** One thing to do; {@code depth} says how deep in callbacks. */
    private void act(SplittableRandom own, int depth) {
      watchdog.step();
      (depth == 0 ? counts.operations : counts.callbacks).increment();
      try {
        int choice = own.nextInt(1000);
        if (choice < 250) {
          append(own);
        } else if (choice < 500) {
          appendAsync(own, depth);
        } else if (choice < 750) {
          consume(own);
        } else if (choice < 800) {
          Held one = held.poll();
          if (one != null) {
            resolve(one, own, true);
          }
        } else if (choice < 840) {
          buffer.flush();
        } else if (choice < 880) {
          look(own);
        } else if (choice < 910) {
          listen(own, depth);
        } else if (choice < 930) {
          reconnect(own.nextInt(READERS.size() - 1));
        } else if (choice < 960) {
          comeAndGo(own);
        } else if (choice < 995) {
          letters(own);
        } else if (choice < 997) {
          Thread.currentThread().interrupt();
        } else if (choice >= 997 && left.get() < 60) {
          if (depth > 0) {
            counts.closedInCallbacks.increment();
          }
          close();
        }
      } catch (ClosedException ended) {
        // Of the buffer, or of a connection that another has closed.
      } catch (BufferFullException full) {
        promises.refused();
      }
    }

    private void close() {
      closing = true;
      buffer.close();
    }

    private Bundles.Built bundle(Bundles bundles, long number) {
      int bytes = number % 61 == 0 ? 200_000 : number % 7 == 0 ? 4_000 : (int) (number % 300);
      return bundles.sized(number, bytes);
    }

    private void append(SplittableRandom own) {
      long number = numbers.incrementAndGet();
      try (Bundles bundles = new Bundles();
          Bundles.Built built = bundle(bundles, number)) {
        accepted(buffer.append(built.bundle(), Duration.ofMillis(own.nextInt(20))), number);
      } catch (IllegalStateException refused) {
        if (!String.valueOf(refused.getMessage()).contains("appendAsync")) {
          throw refused;
        }
      }
    }

    private void accepted(long sequence, long number) {
      promises.accepted(sequence, number);
      counts.accepted.increment();
    }

    private void appendAsync(SplittableRandom own, int depth) {
      long number = numbers.incrementAndGet();
      SplittableRandom later = own.split();
      unfinished.increment();
      CompletableFuture<Long> future;
      try (Bundles bundles = new Bundles();
          Bundles.Built built = bundle(bundles, number)) {
        future = buffer.appendAsync(built.bundle(), Duration.ofMillis(own.nextInt(20)));
      }
      CompletableFuture<Long> _ =
          future.whenComplete(
              (sequence, failure) -> {
                unfinished.decrement();
                guardedCallback(
                    () -> {
                      if (failure == null) {
                        accepted(sequence, number);
                      } else if (failure instanceof BufferFullException) {
                        promises.refused();
                      } else if (!(failure instanceof ClosedException)) {
                        promises.broken(failure);
                      }
                      if (depth < DEEPEST && later.nextInt(3) == 0) {
                        act(later, depth + 1);
                      }
                    });
              });
    }

    private void guardedCallback(Runnable callback) {
      try {
        callback.run();
      } catch (Throwable failure) {
        promises.broken(failure);
      }
    }

    private @Nullable Connection connection(int reader) {
      Connection there = connections.get(reader).get();
      return there == null || there.closing ? connect(reader) : there;
    }

    private @Nullable Connection connect(int reader) {
      try {
        Promises.Reader who = readers.get(reader);
        Connection made = new Connection(buffer.subscribe(who.id), who);
        connections.get(reader).set(made);
        return made;
      } catch (IllegalStateException connected) {
        return connections.get(reader).get();
      }
    }

    private void consume(SplittableRandom own) {
      Connection connection = connection(own.nextInt(READERS.size() - 1));
      Held one = connection == null ? null : take(connection, own);
      if (one == null) {
        return;
      }
      if (own.nextInt(10) == 0) {
        held.add(one);
      } else {
        resolve(one, own, true);
      }
    }

    private @Nullable Held take(Connection connection, SplittableRandom own) {
      Delivery delivery = connection.subscriber.next(Duration.ofMillis(own.nextInt(5)));
      if (delivery == null) {
        return null;
      }
      counts.deliveries.increment();
      long sequence = delivery.sequence();
      long number = Bundles.number(delivery.bundle());
      promises.came(connection.reader, sequence, number, isOpen(connection));
      boolean twice = !connection.out.add(sequence);
      // A bundle that is a letter as well, because it could not be resolved, may be out as both.
      if (twice && isOpen(connection) && !connection.reader.mayBeLetter(sequence)) {
        promises.broken(new AssertionError(sequence + " is out twice at once"));
      }
      return new Held(connection, delivery);
    }

    private boolean isOpen(Connection connection) {
      return !connection.closing && !closing;
    }

    private void resolve(Held one, SplittableRandom own, boolean mayCloseTwice) {
      Connection from = one.from;
      Promises.Reader reader = from.reader;
      long sequence = one.delivery.sequence();
      try (Delivery delivery = one.delivery) {
        // Before, because the next one may have it as soon as it is back.
        from.out.remove(sequence);
        int choice = own.nextInt(20);
        reader.note(sequence, "choice " + choice + ", attempt " + delivery.attempt());
        if (choice < 8) {
          delivery.ack();
          reader.resolved(sequence, isOpen(from));
        } else if (choice < 10) {
          reader.resolved(sequence, false);
          delivery.ackDurably();
          reader.resolved(sequence, true);
        } else if (choice < 12) {
          delivery.defer(Duration.ofMillis(own.nextInt(10)));
        } else if (choice < 13) {
          boolean _ = reader.givingUp(sequence);
          delivery.fail("try again");
        } else if (choice < 15) {
          boolean first = reader.givingUp(sequence);
          if (delivery.reject("no")) {
            reader.givenUp(sequence, first);
          }
        } else if (choice < 16) {
          delivery.ack();
          reader.resolved(sequence, isOpen(from));
          delivery.defer(Duration.ZERO);
          delivery.ack();
        }
      }
      if (mayCloseTwice) {
        one.delivery.close();
      }
    }

    private void look(SplittableRandom own) {
      assertThat(buffer.status().nextSequence()).isNotNegative();
      assertThat(buffer.subscribers()).containsAll(READERS);
      Connection connection = connections.get(own.nextInt(READERS.size())).get();
      if (connection != null) {
        assertThat(connection.subscriber.backlog().bundles()).isNotNegative();
        assertThat(connection.subscriber.lost(LossReason.DROPPED).bundles()).isZero();
        var _ = connection.subscriber.oldestEpochNanos();
      }
    }

    private void listen(SplittableRandom own, int depth) {
      Connection connection = connections.get(own.nextInt(READERS.size())).get();
      if (connection == null || depth > 0) {
        return;
      }
      SplittableRandom later = own.split();
      connection.subscriber.whenAvailable(
          () -> {
            SplittableRandom mine;
            synchronized (later) {
              mine = later.split();
            }
            if (mine.nextInt(4) == 0 && left.decrementAndGet() > -OUTSIDE) {
              guardedCallback(() -> act(mine, 1));
            }
          });
    }

    private void reconnect(int reader) {
      Connection connection = connections.get(reader).get();
      if (connection != null) {
        connection.closing = true;
        connection.subscriber.close();
      }
      Connection _ = connect(reader);
    }

    /** A subscriber that nothing is promised to. */
    private void comeAndGo(SplittableRandom own) {
      String id = "guest" + own.nextInt(2);
      try {
        if (own.nextInt(3) == 0) {
          buffer.unsubscribe(id);
          return;
        }
        StartAt start = own.nextBoolean() ? StartAt.LATEST : StartAt.EARLIEST;
        try (Subscriber guest = buffer.subscribe(id, start)) {
          for (int i = 0; i < 20; i++) {
            try (Delivery delivery = guest.next(Duration.ZERO)) {
              if (delivery == null) {
                break;
              }
              promises.came(delivery.sequence(), Bundles.number(delivery.bundle()));
              delivery.ack();
            }
          }
        }
      } catch (IllegalStateException connected) {
        // By another thread.
      }
    }

    private void letters(SplittableRandom own) {
      Promises.Reader reader = readers.get(own.nextInt(readers.size()));
      DeadLetters letters = buffer.deadLetters(reader.id);
      switch (own.nextInt(8)) {
        case 0, 1 -> assertThat(letters.count()).isNotNegative();
        case 2 -> assertThat(letters.list(-1, 10)).hasSizeLessThanOrEqualTo(10);
        case 3 -> {
          boolean _ = letters.read(own.nextInt(20), bundle -> Bundles.number(bundle));
        }
        case 4, 5 -> {
          reader.replaying();
          boolean _ = letters.replay(own.nextInt(20));
        }
        case 6 -> {
          reader.replaying();
          long _ = letters.replayAll();
        }
        default -> {
          reader.purging();
          long _ = letters.purgeAll();
        }
      }
    }
  }
}
