package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.Durability;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TimeSource;
import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Many threads on one buffer; real threads on both disks. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(Disk.class)
class ConcurrencyTest {
  private static final int PRODUCERS = 8;
  private static final int EACH = 150;

  @TempDir private Path directory;
  private final Disk disk;

  ConcurrencyTest(Disk disk) {
    this.disk = disk;
  }

  private Storage storage() {
    return disk == Disk.FILES ? FileStorage.at(directory) : new SimulatedStorage(1);
  }

  private static BufferOptions options() {
    return BufferOptions.defaults()
        .withCapBytes(BufferOptions.MIN_CAP_BYTES)
        .withListener(event -> {})
        .withTime(TimeSource.system())
        .withTasks(TaskExecutor.threads());
  }

  private static void append(DurableBuffer buffer, Map<Long, Long> accepted, long number) {
    try (Bundles bundles = new Bundles();
        Bundles.Built built = bundles.sized(number, (int) (number % 700))) {
      long sequence = buffer.append(built.bundle());
      assertThat(accepted.put(sequence, number)).as("sequence %s is new", sequence).isNull();
    }
  }

  private static void finish(List<Future<?>> futures) throws Exception {
    for (Future<?> future : futures) {
      future.get(100, TimeUnit.SECONDS);
    }
  }

  @Test
  void producersAndConsumersOnVirtualThreadsLoseNothingAndRepeatNothing() throws Exception {
    Map<Long, Long> accepted = new ConcurrentHashMap<>();
    Map<String, Map<Long, Long>> came = new HashMap<>();
    int total = PRODUCERS * EACH;
    try (DurableBuffer buffer = DurableBuffer.open(storage(), options());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      for (String id : List.of("a", "b")) {
        Subscriber subscriber = buffer.subscribe(id);
        Map<Long, Long> mine = new ConcurrentHashMap<>();
        came.put(id, mine);
        for (int i = 0; i < 3; i++) {
          futures.add(threads.submit(() -> consume(subscriber, mine, total)));
        }
      }
      for (int producer = 0; producer < PRODUCERS; producer++) {
        long first = producer * 10_000L;
        futures.add(
            threads.submit(
                () -> {
                  for (long number = first; number < first + EACH; number++) {
                    append(buffer, accepted, number);
                  }
                }));
      }
      finish(futures);
      assertThat(buffer.status().appended()).isEqualTo(total);
      assertThat(buffer.status().acked()).isEqualTo(2L * total);
      assertThat(buffer.status().groups().count()).isLessThan(total);
    }
    assertThat(accepted).hasSize(total);
    assertThat(came.get("a")).isEqualTo(accepted);
    assertThat(came.get("b")).isEqualTo(accepted);
  }

  private static void consume(Subscriber subscriber, Map<Long, Long> came, int total) {
    while (came.size() < total) {
      try (Delivery delivery = subscriber.next(Duration.ofMillis(20))) {
        if (delivery == null) {
          continue;
        }
        if (delivery.sequence() % 7 == 0 && delivery.attempt() == 1) {
          continue;
        }
        if (delivery.sequence() % 11 == 0 && delivery.attempt() == 1) {
          delivery.defer(Duration.ofMillis(1));
          continue;
        }
        long number = Bundles.number(delivery.bundle());
        assertThat(came.put(delivery.sequence(), number)).as("once").isNull();
        delivery.ack();
      }
    }
  }

  @Test
  void eachProducersBundlesComeInItsOwnOrder() throws Exception {
    try (DurableBuffer buffer = DurableBuffer.open(storage(), options());
        ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS)) {
      Subscriber subscriber = buffer.subscribe("a");
      List<Future<?>> futures = new ArrayList<>();
      for (int producer = 0; producer < PRODUCERS; producer++) {
        long first = producer * 10_000L;
        futures.add(
            threads.submit(
                () -> {
                  for (long number = first; number < first + EACH; number++) {
                    append(buffer, new ConcurrentHashMap<>(), number);
                  }
                }));
      }
      Map<Long, Long> next = new HashMap<>();
      for (int i = 0; i < PRODUCERS * EACH; i++) {
        try (Delivery delivery = EngineSuite.take(subscriber)) {
          long number = Bundles.number(delivery.bundle());
          long producer = number / 10_000;
          assertThat(number % 10_000).isEqualTo(next.getOrDefault(producer, 0L));
          next.put(producer, number % 10_000 + 1);
          delivery.ack();
        }
      }
      finish(futures);
    }
  }

  @Test
  void anAppendWaitsWhileTheLogIsFullAndGoesOnWhenThereIsRoom() throws Exception {
    int count = 120;
    try (DurableBuffer buffer = DurableBuffer.open(storage(), options());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Subscriber subscriber = buffer.subscribe("a");
      AtomicInteger appended = new AtomicInteger();
      Callable<Void> producer =
          () -> {
            for (long number = 1; number <= count; number++) {
              try (Bundles bundles = new Bundles();
                  Bundles.Built built = bundles.sized(number, 400_000)) {
                buffer.append(built.bundle());
                appended.incrementAndGet();
              }
            }
            return null;
          };
      Future<?> future = threads.submit(producer);
      // 48 MB through a buffer of 16 MiB: it must have waited, for nothing is taken before.
      while (buffer.status().diskBytes() < buffer.status().capBytes() * 5 / 8) {
        Thread.onSpinWait();
      }
      assertThat(appended.get()).isLessThan(45);
      for (long number = 1; number <= count; number++) {
        assertThat(EngineSuite.ackNext(subscriber)).isEqualTo(number);
        assertThat(buffer.status().diskBytes()).isLessThanOrEqualTo(buffer.status().capBytes());
      }
      future.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void interruptsOfAppendersDisturbNeitherTheLogNorTheirOutcome() throws Exception {
    Map<Long, Long> accepted = new ConcurrentHashMap<>();
    Storage storage = storage();
    try (DurableBuffer buffer = DurableBuffer.open(storage, options())) {
      AtomicBoolean begun = new AtomicBoolean();
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger flagged = new AtomicInteger();
      List<Thread> appenders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        long first = i * 10_000L;
        appenders.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      // The first of them is interrupted before it begins.
                      while (!begun.get()) {
                        Thread.onSpinWait();
                      }
                      for (long number = first; number < first + 100; number++) {
                        append(buffer, accepted, number);
                        if (Thread.interrupted()) {
                          flagged.incrementAndGet();
                        }
                      }
                    }));
      }
      Thread interrupter =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!done.get()) {
                      appenders.forEach(Thread::interrupt);
                      begun.set(true);
                      Thread.onSpinWait();
                    }
                  });
      for (Thread appender : appenders) {
        appender.join();
      }
      done.set(true);
      interrupter.join();
      assertThat(flagged.get()).as("flags are left set").isPositive();
    }
    assertThat(accepted).hasSize(400);
    try (DurableBuffer again = DurableBuffer.open(storage, options());
        Subscriber subscriber = again.subscribe("a")) {
      assertThat(EngineSuite.drain(subscriber)).hasSize(400);
    }
  }

  @Test
  void closingWhileOthersAppendAndWaitEndsThemAllAndKeepsWhatWasAccepted() throws Exception {
    for (int round = 0; round < 5; round++) {
      Storage storage =
          disk == Disk.FILES ? FileStorage.at(directory.resolve("r" + round)) : storage();
      Map<Long, Long> accepted = new ConcurrentHashMap<>();
      DurableBuffer buffer = DurableBuffer.open(storage, options());
      Subscriber waiting = buffer.subscribe("a");
      // The consumer never rests: with virtual threads on one core nobody else would have a turn.
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
          ExecutorService consumer = Executors.newSingleThreadExecutor()) {
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          long first = i * 10_000L;
          futures.add(
              threads.submit(
                  () -> {
                    try {
                      for (long number = first; ; number++) {
                        append(buffer, accepted, number);
                      }
                    } catch (ClosedException end) {
                      // As it must be.
                    }
                  }));
        }
        futures.add(
            consumer.submit(
                () -> {
                  try {
                    while (true) {
                      Delivery delivery = waiting.next(Duration.ofDays(1));
                      if (delivery != null) {
                        delivery.close();
                      }
                    }
                  } catch (ClosedException end) {
                    // As it must be.
                  }
                }));
        while (accepted.size() < 50) {
          Thread.onSpinWait();
        }
        buffer.close();
        finish(futures);
      }
      try (DurableBuffer again = DurableBuffer.open(storage, options());
          Subscriber subscriber = again.subscribe("a")) {
        assertThat(again.recovery().cleanStop()).isTrue();
        assertThat(Set.copyOf(EngineSuite.drain(subscriber)))
            .isEqualTo(Set.copyOf(accepted.values()));
      }
    }
  }

  @Test
  void aProducerThatIsAloneWritesItselfButNotWhereTheSyncIsNotItsOwn() {
    Thread self = Thread.currentThread();
    for (Durability durability :
        List.of(Durability.sync(), Durability.interval(Duration.ofNanos(1)))) {
      SimulatedStorage storage = new SimulatedStorage(1);
      Set<StorageCall.Kind> own = ConcurrentHashMap.newKeySet();
      try (DurableBuffer buffer =
          DurableBuffer.open(storage, options().withDurability(durability))) {
        storage.setFaults(
            call -> {
              if (self.equals(Thread.currentThread())) {
                own.add(call.kind());
              }
              return Faults.Outcome.WORK;
            });
        Map<Long, Long> accepted = new HashMap<>();
        for (long number = 1; number <= 50; number++) {
          append(buffer, accepted, number);
        }
        storage.setFaults(Faults.none());
      }
      assertThat(own.contains(StorageCall.Kind.WRITE))
          .as("%s: %s", durability, own)
          .isEqualTo(durability.equals(Durability.sync()));
      assertThat(own).doesNotContain(StorageCall.Kind.RENAME, StorageCall.Kind.CREATE);
    }
  }

  @Test
  void directMemoryIsNotLeakedByOpeningAppendingDeliveringAndClosing() {
    long[] used = new long[12];
    for (int round = 0; round < used.length; round++) {
      Storage storage =
          disk == Disk.FILES ? FileStorage.at(directory.resolve("m" + round)) : storage();
      try (DurableBuffer buffer = DurableBuffer.open(storage, options());
          Subscriber subscriber = buffer.subscribe("a")) {
        for (long number = 1; number <= 30; number++) {
          append(buffer, new ConcurrentHashMap<>(), number);
        }
        EngineSuite.drain(subscriber);
      }
      used[round] = directBytesAfterCollection();
    }
    // A leak of as little as the bundles would be seen as growth from round to round.
    assertThat(used[used.length - 1] - used[3]).isLessThan(2 << 20);
  }

  private static long directBytesAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
        if (pool.getName().equals("direct")) {
          least = Math.min(least, pool.getMemoryUsed());
        }
      }
    }
    return least;
  }
}
