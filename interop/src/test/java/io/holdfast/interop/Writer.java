package io.holdfast.interop;

import io.holdfast.cli.canonical.CanonicalBundle;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.Subscriber;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Our engine in a process of its own, so that it can end as processes end.
 *
 * @param directory of the buffer
 * @param capBytes of the buffer, from which the sizes of its files follow
 * @param threads that append
 * @param bundles that each of them appends
 * @param ballast so many bytes more in each, at most
 * @param acks whether a subscriber {@code a} acks about half of what is appended
 * @param seed of the bundles
 * @param end {@code halt}, at once and without a word; {@code hold}, until the input ends; or
 *     {@code close}
 */
record Writer(
    Path directory,
    long capBytes,
    int threads,
    int bundles,
    int ballast,
    boolean acks,
    long seed,
    String end) {
  private static final String ACKED = "acked ";
  private static final String RESOLVED = "resolved ";
  private static final String REFUSED = "refused ";

  /** A writer of small bundles on one thread that halts. */
  static Writer of(Path directory, int bundles, long seed) {
    return new Writer(directory, 1L << 30, 1, bundles, 0, false, seed, "halt");
  }

  Writer ending(String how) {
    return new Writer(directory, capBytes, threads, bundles, ballast, acks, seed, how);
  }

  Writer onThreads(int count) {
    return new Writer(directory, capBytes, count, bundles, ballast, acks, seed, end);
  }

  /**
   * What it printed.
   *
   * @param acked the digests of the bundles that were confirmed, in order
   * @param resolved those that the subscriber acked
   * @param refused why appends were refused
   * @param errors its stderr
   */
  record Output(
      int exit, List<String> acked, List<String> resolved, List<String> refused, String errors) {}

  /** Runs it to its end, under another program when one is named. */
  Output run(String... prefix) {
    return runAndKillAfter(Integer.MAX_VALUE, prefix);
  }

  /** Runs it and kills it when it has confirmed so many bundles, or has no room for more. */
  Output runAndKillAfter(int acks, String... prefix) {
    try {
      Path errors = Files.createTempFile("writer", ".err");
      try {
        Process process = start(errors, prefix);
        process.getOutputStream().close();
        List<String> acked = new ArrayList<>();
        List<String> resolved = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(ACKED)) {
              acked.add(line.substring(ACKED.length()));
              if (acked.size() == acks) {
                kill(process);
              }
            } else if (line.startsWith(RESOLVED)) {
              resolved.add(line.substring(RESOLVED.length()));
            } else if (line.startsWith(REFUSED)) {
              refused.add(line.substring(REFUSED.length()));
              if (acks < Integer.MAX_VALUE) {
                // It is full, and perhaps nobody makes room: it would wait for each of the rest.
                kill(process);
              }
            }
          }
        }
        return new Output(process.waitFor(), acked, resolved, refused, Files.readString(errors));
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** By its handle: what it has printed is still to be read. */
  private static void kill(Process process) {
    process.toHandle().destroyForcibly();
  }

  /** Starts it; its lines are the caller's to read. */
  Process start(Path errors, String... prefix) throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            String.join(
                File.pathSeparator,
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path"),
                Path.of("target", "java", "test-classes").toAbsolutePath().toString()),
            Writer.class.getName(),
            directory.toString(),
            Long.toString(capBytes),
            Integer.toString(threads),
            Integer.toString(bundles),
            Integer.toString(ballast),
            Boolean.toString(acks),
            Long.toString(seed),
            end));
    return new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }

  public static void main(String[] args) throws Exception {
    new Writer(
            Path.of(args[0]),
            Long.parseLong(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            Integer.parseInt(args[4]),
            Boolean.parseBoolean(args[5]),
            Long.parseLong(args[6]),
            args[7])
        .write();
  }

  private void write() throws Exception {
    try (DurableBuffer buffer =
        DurableBuffer.open(
            directory,
            BufferOptions.defaults()
                .withCapBytes(capBytes)
                .withAppendTimeout(Duration.ofSeconds(5))
                .withListener(event -> {}))) {
      if (acks) {
        Thread.ofPlatform().daemon().start(() -> resolveHalf(buffer));
      }
      List<Thread> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        running.add(Thread.ofPlatform().start(() -> append(buffer, number)));
      }
      for (Thread thread : running) {
        thread.join();
      }
      if (end.equals("halt")) {
        Runtime.getRuntime().halt(137);
      }
      if (end.equals("hold")) {
        System.out.println("holds");
        System.in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private void append(DurableBuffer buffer, int thread) {
    try (RandomBundles source = new RandomBundles(seed * 100 + thread, true, ballast)) {
      for (int i = 0; i < bundles; i++) {
        source.next(
            (bundle, digest) -> {
              try {
                buffer.append(bundle);
                System.out.println(ACKED + digest);
              } catch (HoldfastException e) {
                System.out.println(REFUSED + e);
              }
            });
      }
    }
  }

  /** Acks about half of what comes and holds the other half, as long as it may. */
  private void resolveHalf(DurableBuffer buffer) {
    Random random = new Random(seed);
    List<Delivery> held = new ArrayList<>();
    try (Subscriber subscriber = buffer.subscribe("a")) {
      while (held.size() < 900) {
        Delivery next = subscriber.next(Duration.ofSeconds(1));
        if (next != null && random.nextBoolean()) {
          // Said first: what was acked and not said would be missed afterwards.
          System.out.println(RESOLVED + CanonicalBundle.digest(next.bundle()));
          next.ack();
          next.close();
        } else if (next != null) {
          held.add(next);
        }
      }
    }
  }
}
