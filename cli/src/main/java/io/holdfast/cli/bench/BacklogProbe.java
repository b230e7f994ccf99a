package io.holdfast.cli.bench;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A process that opens a backlog and drains it. It prints a line when it is open and a line at its
 * end, both for {@link Backlog}.
 */
public final class BacklogProbe {
  /** How often it opens: the first times also load classes. */
  private static final int OPENS = 7;

  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger ARROW = Logger.getLogger("org.apache.arrow");

  private BacklogProbe() {}

  /**
   * Opens and drains.
   *
   * @param arguments the directory, its cap in bytes, and none or at least three subscribers: the
   *     first one drains in a process that has not done so before, and behind the last one all is
   *     deleted. Without any it is opened once and left.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ARROW.setLevel(Level.WARNING);
    Path directory = Path.of(arguments[0]);
    BufferOptions options = BufferOptions.defaults().withCapBytes(Long.parseLong(arguments[1]));
    List<String> subscribers = List.of(arguments).subList(2, arguments.length);
    long[] opens = new long[OPENS];
    for (int i = 0; i < OPENS; i++) {
      long started = System.nanoTime();
      DurableBuffer buffer = DurableBuffer.open(directory, options);
      opens[i] = System.nanoTime() - started;
      if (i == 0) {
        System.out.println("open " + resident("VmRSS"));
        System.out.flush();
      }
      buffer.close();
      if (subscribers.isEmpty()) {
        return;
      }
    }
    long[] warm = Arrays.copyOfRange(opens, OPENS / 2, OPENS);
    Arrays.sort(warm);
    Drained first = drain(directory, options, subscribers.getFirst());
    long bundles = first.bundles;
    List<String> between = subscribers.subList(1, subscribers.size() - 1);
    double[] drains = new double[between.size()];
    double[] reads = new double[between.size()];
    long bytes = 0;
    for (int i = 0; i < drains.length; i++) {
      SequentialRead.Result plain = SequentialRead.of(directory.resolve("segments"));
      bytes = plain.bytes();
      reads[i] = plain.nanos();
      Drained drained = drain(directory, options, between.get(i));
      bundles += drained.bundles;
      drains[i] = drained.nanos;
    }
    Drained last = drain(directory, options, subscribers.getLast());
    bundles += last.bundles;
    System.out.println(
        "done "
            + String.join(
                " ",
                String.valueOf(opens[0]),
                String.valueOf(warm[warm.length / 2]),
                String.valueOf(bundles),
                String.valueOf(first.nanos),
                String.valueOf((long) Spread.of(drains).median()),
                String.valueOf(last.closedNanos),
                String.valueOf(bytes),
                String.valueOf((long) Spread.of(reads).median()),
                String.valueOf(resident("VmHWM"))));
  }

  /**
   * What a subscriber took.
   *
   * @param bundles how many
   * @param nanos until it had acked the last one
   * @param closedNanos until the buffer was closed as well
   */
  private record Drained(long bundles, long nanos, long closedNanos) {}

  private static Drained drain(Path directory, BufferOptions options, String id)
      throws InterruptedException {
    long bundles = 0;
    long started;
    long nanos;
    try (DurableBuffer buffer = DurableBuffer.open(directory, options)) {
      Subscriber subscriber = buffer.subscribe(id);
      started = System.nanoTime();
      for (Delivery next = subscriber.next(Duration.ZERO);
          next != null;
          next = subscriber.next(Duration.ZERO)) {
        try (Delivery delivery = next) {
          bundles += delivery.bundle().slots().isEmpty() ? 0 : 1;
          delivery.ack();
        }
      }
      nanos = System.nanoTime() - started;
    }
    return new Drained(bundles, nanos, System.nanoTime() - started);
  }

  /** A figure of this process in bytes, or 0 where the system does not tell. */
  private static long resident(String name) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
      }
    }
    return 0;
  }
}
