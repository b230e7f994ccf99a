package io.holdfast.testkit.torture;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.OutcomeUnknownException;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The process that dies. It prints a line for each promise, at once and whole:
 *
 * <ul>
 *   <li>{@code open}: the buffer is open
 *   <li>{@code acked NUMBER SEQUENCE}: the bundle is durable
 *   <li>{@code unknown NUMBER}: it may be there or not
 *   <li>{@code done SUBSCRIBER SEQUENCE}: it is acked now, and may come again after a crash
 *   <li>{@code resolved SUBSCRIBER SEQUENCE}: it was acked durably, and may not
 *   <li>{@code stopped REASON}: the engine cannot go on
 *   <li>{@code point COUNT NAME}: as {@link DyingStorage} says it, where it is to end at such a
 *       point
 * </ul>
 *
 * <p>It ends when its standard input does, so that none is left behind.
 */
public final class Worker {
  /** How many producers there are; each has one append on its way. */
  static final int PRODUCERS = 4;

  /** Those who take everything: the second never gets to the end of it. */
  static final List<String> SUBSCRIBERS = List.of("quick", "slow");

  /** What it says first. */
  static final String OPEN = "open";

  private static final Duration PATIENCE = Duration.ofMillis(20);

  private final DurableBuffer buffer;
  private final PrintStream out;

  private Worker(DurableBuffer buffer, PrintStream out) {
    this.buffer = buffer;
    this.out = out;
  }

  /** The options of a worker and of whoever opens what it left. */
  static BufferOptions options() {
    return BufferOptions.defaults()
        .withCapBytes(BufferOptions.MIN_CAP_BYTES)
        .withProgressInterval(Duration.ofMillis(50))
        .withMaxInFlight(1_000_000)
        .withMaxCrashes(0)
        .withListener(_ -> {});
  }

  /** The number that a producer appends as its {@code turn}th; all numbers are different. */
  static long number(long first, int producer, long turn) {
    return first + producer + turn * PRODUCERS;
  }

  /**
   * Works until it is killed.
   *
   * @param arguments the directory, the first number, a seed, and perhaps three words of the point
   *     at which it ends
   */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().start(Worker::endWithInput);
    DurableBuffer buffer = DurableBuffer.open(storage(arguments, out), options());
    out.println(OPEN);
    new Worker(buffer, out).run(Long.parseLong(arguments[1]), Long.parseLong(arguments[2]));
  }

  private static Storage storage(String[] arguments, PrintStream out) {
    Storage storage = FileStorage.at(Path.of(arguments[0]));
    return arguments.length == 3
        ? storage
        : new DyingStorage(
            storage, DyingStorage.Point.of(arguments[3], arguments[4], arguments[5]), out);
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // It is gone: the same.
    }
    Runtime.getRuntime().halt(0);
  }

  private void run(long first, long seed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    for (String id : SUBSCRIBERS) {
      Subscriber subscriber = buffer.subscribe(id);
      SplittableRandom own = random.split();
      Thread.ofPlatform().start(() -> consume(subscriber, own));
    }
    Thread last = Thread.currentThread();
    for (int i = 0; i < PRODUCERS; i++) {
      int producer = i;
      last = Thread.ofPlatform().start(() -> produce(first, producer));
    }
    last.join();
  }

  private void produce(long first, int producer) {
    try (BufferAllocator allocator = new RootAllocator()) {
      for (long turn = 0; ; ) {
        long number = number(first, producer, turn);
        try (VectorSchemaRoot batch = Numbered.batch(allocator, number)) {
          long sequence = buffer.append(Numbered.bundle(batch), PATIENCE);
          out.println("acked " + number + " " + sequence);
          turn++;
        } catch (BufferFullException full) {
          // The same number again: it was not taken.
        } catch (OutcomeUnknownException unknown) {
          out.println("unknown " + number);
          turn++;
        }
      }
    } catch (HoldfastException e) {
      stop(e);
    }
  }

  private void consume(Subscriber subscriber, SplittableRandom random) {
    boolean slow = subscriber.id().equals(SUBSCRIBERS.getLast());
    try {
      while (true) {
        try (Delivery delivery = subscriber.next(PATIENCE)) {
          if (delivery == null) {
            continue;
          }
          Numbered.check(delivery.bundle());
          String what = subscriber.id() + " " + delivery.sequence();
          int chance = random.nextInt(100);
          if (chance < (slow ? 30 : 5)) {
            delivery.defer(Duration.ofMillis(random.nextInt(50)));
          } else if (chance < 45) {
            out.println("done " + what);
            if (isAckedDurably(delivery)) {
              out.println("resolved " + what);
            }
          } else {
            out.println("done " + what);
            delivery.ack();
          }
        }
      }
    } catch (HoldfastException | BrokenPromiseException e) {
      stop(e);
    }
  }

  /** A full disk may refuse it, and then it is acked as by {@code ack}. */
  private static boolean isAckedDurably(Delivery delivery) {
    try {
      delivery.ackDurably();
      return true;
    } catch (StorageException refused) {
      return false;
    }
  }

  private void stop(RuntimeException why) {
    out.println((why instanceof BrokenPromiseException ? "broken " : "stopped ") + why);
  }
}
