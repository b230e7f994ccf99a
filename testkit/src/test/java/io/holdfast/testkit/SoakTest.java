package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.RetryPolicy;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.storage.FileStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A buffer under load on a disk with whims, in one process: what that takes does not grow. Once it
 * is opened again and again, and samples are taken while it is closed and all that was opened
 * should be gone; that nothing of Arrow's memory is left is what closing asserts. Once it stays
 * open, and samples are taken when it has nothing to do, for what is freed only by closing it.
 */
@Timeout(value = 36_000, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SoakTest {
  /** As much as an open buffer keeps of memory for the next user. */
  private static final long CAP = 64L << 20;

  private static final List<String> SUBSCRIBERS = List.of("quick", "wavering", "late");

  @TempDir Path directory;
  private final AtomicLong numbers = new AtomicLong();
  private final LongAdder appended = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder acked = new LongAdder();
  private final LongAdder rounds = new LongAdder();
  private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();

  /** Syncs that fail, a disk that is full for a moment, writes that take a part. */
  private static final class Whims implements TroubledStorage.Trouble {
    private final SplittableRandom random = new SplittableRandom(1);
    private final LongAdder count = new LongAdder();
    private volatile boolean on;
    private volatile long fullUntil;

    private synchronized boolean oneIn(int chances) {
      return on && random.nextInt(chances) == 0;
    }

    @Override
    public void before(TroubledStorage.Kind kind, String name) throws IOException {
      switch (kind) {
        case SYNC -> {
          if (oneIn(100)) {
            count.increment();
            throw new IOException("Input/output error");
          }
        }
        case WRITE, NAME -> {
          if (oneIn(300)) {
            count.increment();
            fullUntil = System.nanoTime() + 20_000_000;
          }
          if (on && System.nanoTime() - fullUntil < 0) {
            throw new IOException("No space left on device");
          }
        }
        case READ, DELETE -> {}
      }
    }

    @Override
    public int taken(String name, int bytes) {
      return oneIn(50) ? Math.max(1, bytes / 2) : bytes;
    }
  }

  /** {@code -Dholdfast.minutes=N} for as long. */
  private static final long MINUTES = Long.getLong("holdfast.minutes", 0);

  private static final Duration TIME =
      MINUTES == 0 ? Duration.ofSeconds(5) : Duration.ofMinutes(MINUTES);

  /** The time of load between two samples. */
  private static final Duration LOAD =
      MINUTES == 0 ? Duration.ofMillis(200) : Duration.ofSeconds(4);

  private static final int FEWEST_SAMPLES = 12;

  private final Whims whims = new Whims();

  @Test
  void whatAProcessTakesStaysWhatItWas() {
    Watchdog watchdog = new Watchdog(directory);
    Gauges gauges = new Gauges(directory);
    repeat(
        () -> {
          try (DurableBuffer buffer = open()) {
            load(buffer, connect(buffer), watchdog);
          }
          gauges.sample();
        });
    check("lives of one process under load", gauges);
  }

  @Test
  void whatAnOpenBufferTakesStaysWhatItWas() {
    Watchdog watchdog = new Watchdog(directory);
    Gauges gauges = new Gauges(directory, CAP);
    try (DurableBuffer buffer = open()) {
      List<Subscriber> subscribers = connect(buffer);
      repeat(
          () -> {
            load(buffer, subscribers, watchdog);
            gauges.sample();
          });
    }
    check("loads of one open buffer", gauges);
  }

  private void repeat(Runnable round) {
    long end = System.nanoTime() + TIME.toNanos();
    while (System.nanoTime() < end || rounds.sum() < FEWEST_SAMPLES) {
      round.run();
      rounds.increment();
    }
  }

  private void check(String what, Gauges gauges) {
    System.out.println(gauges.table());
    System.out.printf(
        "%s: %d s, %s times, %s faults, %s bundles appended, %s refused, %s acked%n",
        what, TIME.toSeconds(), rounds, whims.count, appended, refused, acked);
    gauges.assertFlat();
    assertThat(whims.count.sum()).isPositive();
    assertThat(acked.sum()).isPositive();
    Campaign.ran(Subject.ENGINE, what, rounds.sum(), appended.sum(), acked.sum(), 1);
  }

  private DurableBuffer open() {
    BufferOptions options =
        BufferOptions.defaults()
            .withCapBytes(CAP)
            .withRetryPolicy(new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(20), 0.5, 3))
            .withListener(event -> {});
    Path place = directory.resolve("buffer");
    return DurableBuffer.open(new TroubledStorage(FileStorage.at(place), whims), options);
  }

  private static List<Subscriber> connect(DurableBuffer buffer) {
    return SUBSCRIBERS.stream().map(buffer::subscribe).toList();
  }

  /** Until all that was appended in a time is consumed, and no dead letter is left. */
  private void load(DurableBuffer buffer, List<Subscriber> subscribers, Watchdog watchdog) {
    whims.on = true;
    AtomicInteger producing = new AtomicInteger();
    AtomicInteger consuming = new AtomicInteger();
    long end = System.nanoTime() + LOAD.toNanos();
    start(producing, watchdog, () -> appendUntil(buffer, end, watchdog));
    start(producing, watchdog, () -> appendManyUntil(buffer, end, watchdog));
    for (Subscriber subscriber : subscribers) {
      start(consuming, watchdog, () -> consume(subscriber, producing, watchdog));
    }
    watchdog.until("that all was appended", () -> producing.get() == 0);
    whims.on = false;
    watchdog.until("that all was consumed", () -> consuming.get() == 0);
    for (String id : SUBSCRIBERS) {
      long _ = buffer.deadLetters(id).replayAll();
      long _ = buffer.deadLetters(id).purgeAll();
    }
    assertThat(broken).isEmpty();
  }

  private void start(AtomicInteger running, Watchdog watchdog, Runnable work) {
    running.incrementAndGet();
    Thread _ =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    work.run();
                  } catch (Throwable failure) {
                    broken.add(failure);
                  } finally {
                    running.decrementAndGet();
                    watchdog.step();
                  }
                });
  }

  private static int size(long number) {
    return number % 50 == 0 ? 100_000 : (int) (number % 1000);
  }

  private void appendUntil(DurableBuffer buffer, long end, Watchdog watchdog) {
    try (Bundles bundles = new Bundles()) {
      while (System.nanoTime() - end < 0) {
        watchdog.step();
        long number = numbers.incrementAndGet();
        try (Bundles.Built built = bundles.sized(number, size(number))) {
          buffer.append(built.bundle(), Duration.ofMillis(50));
          appended.increment();
        } catch (HoldfastException asItMay) {
          refused.increment();
        }
      }
    }
  }

  private void appendManyUntil(DurableBuffer buffer, long end, Watchdog watchdog) {
    try (Bundles bundles = new Bundles()) {
      while (System.nanoTime() - end < 0) {
        List<CompletableFuture<Long>> batch = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          long number = numbers.incrementAndGet();
          try (Bundles.Built built = bundles.sized(number, size(number))) {
            batch.add(buffer.appendAsync(built.bundle(), Duration.ofMillis(50)));
          }
        }
        for (CompletableFuture<Long> one : batch) {
          watchdog.step();
          if (one.exceptionally(asItMay -> -1L).join() < 0) {
            refused.increment();
          } else {
            appended.increment();
          }
        }
      }
    }
  }

  /** Until nothing is left; the late one begins when no more comes. */
  private void consume(Subscriber subscriber, AtomicInteger producing, Watchdog watchdog) {
    boolean late = subscriber.id().equals("late");
    boolean wavers = subscriber.id().equals("wavering");
    while (producing.get() > 0 || subscriber.backlog().bundles() > 0) {
      if (late && producing.get() > 0) {
        watchdog.until("that all was appended", () -> producing.get() == 0);
      }
      try (Delivery delivery = subscriber.next(Duration.ofMillis(20))) {
        if (delivery == null) {
          continue;
        }
        watchdog.step();
        long number = Bundles.number(delivery.bundle());
        if (wavers && number % 17 == 0 && delivery.attempt() == 1) {
          delivery.defer(Duration.ofMillis(1));
        } else if (wavers && number % 101 == 0) {
          delivery.fail("no");
        } else if (wavers && number % 97 == 0 && delivery.reject("no")) {
          acked.increment();
        } else if (!wavers || number % 7 != 0 || delivery.attempt() > 1) {
          delivery.ack();
          acked.increment();
        }
      } catch (HoldfastException asItMay) {
        refused.increment();
      }
    }
  }
}
