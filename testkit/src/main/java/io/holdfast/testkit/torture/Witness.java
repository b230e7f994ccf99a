package io.holdfast.testkit.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows what the engine has promised to the workers on one directory, over all their lives, and
 * holds the directory to it. One thread at a time.
 */
public final class Witness {
  private static final int TOLD_AT_MOST = 20;
  private static final int MAX_ERROR_CHARACTERS = 4096;

  /** Little memory, and a quick start. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx64m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path directory;

  /** Numbers by sequence, of all that a subscriber may still have to get. */
  private final Map<Long, Long> acked = new TreeMap<>();

  /** For each subscriber, sequences that must not come again, and such that may or not. */
  private final Map<String, Set<Long>> resolved = new HashMap<>();

  private final Map<String, Set<Long>> done = new HashMap<>();

  /** Numbers of appends that may have been on their way. */
  private final Set<Long> unconfirmed = new HashSet<>();

  /** Sequences of these, once they have been seen. */
  private final Map<Long, Long> seen = new HashMap<>();

  /** What the last worker has said. */
  private List<String> said = List.of();

  private long nextNumber = 1;
  private long highest = -1;
  private long confirmed;
  private long checked;
  private int lives;

  /** A witness of workers on a directory in which there is no buffer yet. */
  public Witness(Path directory) {
    this.directory = directory;
    for (String id : Worker.SUBSCRIBERS) {
      resolved.put(id, new HashSet<>());
      done.put(id, new HashSet<>());
    }
  }

  /** How many bundles were confirmed over all lives. */
  public long confirmed() {
    return confirmed;
  }

  /** How many deliveries were checked after deaths. */
  public long checked() {
    return checked;
  }

  /** How many workers have died. */
  public int lives() {
    return lives;
  }

  /** A worker that runs. */
  public final class Life implements AutoCloseable {
    private final Process process;
    private final Thread reader;
    private final long first;
    private final Thread errorReader;
    private final List<String> lines = new ArrayList<>();
    private final AtomicLong acked = new AtomicLong();
    private final StringBuilder errors = new StringBuilder();

    private Life(long seed, List<String> prefix, List<String> suffix) throws IOException {
      first = nextNumber;
      List<String> command = new ArrayList<>(prefix);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(JVM_OPTIONS);
      command.add("-cp");
      command.add(classPath());
      command.add(Worker.class.getName());
      command.addAll(List.of(directory.toString(), String.valueOf(first), String.valueOf(seed)));
      command.addAll(suffix);
      process = new ProcessBuilder(command).start();
      reader = Thread.ofPlatform().daemon().unstarted(this::read);
      errorReader = Thread.ofPlatform().daemon().unstarted(this::readErrors);
      reader.start();
      errorReader.start();
    }

    private void read() {
      try (BufferedReader from =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        StringBuilder line = new StringBuilder();
        for (int next = from.read(); next >= 0; next = from.read()) {
          if (next != '\n') {
            line.append((char) next);
            continue;
          }
          synchronized (lines) {
            lines.add(line.toString());
          }
          if (line.indexOf("acked ") == 0) {
            acked.incrementAndGet();
          }
          line.setLength(0);
        }
        // What is left is a line that was cut; it says nothing.
      } catch (IOException e) {
        // The process is gone, and its pipe with it.
      }
    }

    /** How many bundles were confirmed to it so far. */
    public long confirmedSoFar() {
      return acked.get();
    }

    private void readErrors() {
      try (BufferedReader from =
          new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
        for (String line = from.readLine(); line != null; line = from.readLine()) {
          synchronized (errors) {
            if (errors.length() < MAX_ERROR_CHARACTERS) {
              errors.append(line).append('\n');
            }
          }
        }
      } catch (IOException e) {
        // The process is gone, and its pipe with it.
      }
    }

    /** What it has said for people: the beginning of it. */
    public String saidOnError() {
      synchronized (errors) {
        return "on its standard error it said: " + (errors.isEmpty() ? "nothing" : errors);
      }
    }

    /**
     * Checks that it runs.
     *
     * @throws BrokenPromiseException when it has ended by itself
     */
    public void checkAlive() throws InterruptedException {
      if (!process.isAlive()) {
        errorReader.join();
        throw new BrokenPromiseException(
            "a worker ended by itself with " + process.exitValue() + "; " + saidOnError());
      }
    }

    /** Waits until it has ended by itself at its point; not longer than so. */
    boolean hasEndedAtItsPoint(Duration most) throws InterruptedException {
      if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      if (process.exitValue() != DyingStorage.EXIT_CODE) {
        checkAlive();
      }
      return true;
    }

    /** The lines it has said so far that begin with a word. */
    List<String> said(String word) {
      synchronized (lines) {
        return lines.stream().filter(line -> line.startsWith(word + " ")).toList();
      }
    }

    /** Whether it runs. */
    public boolean isAlive() {
      return process.isAlive();
    }

    /** Kills it at once, and takes down what it was promised. */
    public void kill() throws InterruptedException {
      kill(Integer.MAX_VALUE);
    }

    /**
     * Strikes at what it stands on and kills it, and takes down what it was promised before. What
     * it says afterwards a machine that has lost its power would not have said: a filesystem that
     * was shut down may well confirm what it did not do.
     */
    public void strike(Torture.Blow blow) throws IOException, InterruptedException {
      int before;
      synchronized (lines) {
        before = lines.size();
      }
      blow.strike();
      kill(before);
    }

    private void kill(int before) throws InterruptedException {
      close();
      process.waitFor();
      reader.join();
      take(first, List.copyOf(lines), before);
      lines.clear();
    }

    /** Kills it, if it still runs, and forgets what it said. */
    @Override
    public void close() {
      // Behind a prefix the worker is a child of the process.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      // Process.destroyForcibly would close the pipe, with what was said and not read yet in it.
      process.toHandle().destroyForcibly();
    }
  }

  /**
   * Starts a worker.
   *
   * @param seed decides what its subscribers do
   * @param prefix words before its command: a program that starts it, or none
   */
  public Life start(long seed, List<String> prefix) throws IOException {
    return new Life(seed, prefix, List.of());
  }

  /** Starts a worker that ends by itself at a point. */
  Life start(long seed, DyingStorage.Point point) throws IOException {
    return new Life(seed, List.of(), point.words());
  }

  /** Everything that this process has, whether it came as modules or not. */
  private static String classPath() {
    return Stream.of("jdk.module.path", "java.class.path")
        .map(name -> System.getProperty(name, ""))
        .filter(path -> !path.isEmpty())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Takes down what a worker has said.
   *
   * @param before how many of its lines are promises; what the others say may be so or not
   */
  private void take(long first, List<String> lines, int before) {
    lives++;
    said = lines;
    Map<Long, Long> confirmedNow = new HashMap<>();
    Set<Long> tried = new HashSet<>();
    boolean open = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean promised = i < before;
      String[] words = line.split(" ", 3);
      // What stands before the first is the JVM's.
      open |= line.equals(Worker.OPEN);
      if (!open) {
        continue;
      }
      switch (words[0]) {
        case Worker.OPEN, "point" -> {}
        case "acked" -> {
          tried.add(Long.parseLong(words[1]));
          if (promised) {
            confirmedNow.put(Long.parseLong(words[1]), Long.parseLong(words[2]));
          }
        }
        case "unknown" -> tried.add(Long.parseLong(words[1]));
        case "done" -> setOf(done, words[1]).add(Long.parseLong(words[2]));
        case "resolved" -> {
          if (promised) {
            setOf(resolved, words[1]).add(Long.parseLong(words[2]));
          }
        }
        default -> {
          // Without a blow it has no reason to stop, and no other word is ever right.
          if (promised || !words[0].equals("stopped")) {
            throw new BrokenPromiseException("a worker says: " + line);
          }
        }
      }
    }
    confirmedNow.forEach(
        (number, sequence) -> {
          Long other = acked.put(sequence, number);
          if (other != null || sequence <= highest) {
            throw new BrokenPromiseException(
                "sequence " + sequence + " was given to " + number + ", and before to " + other);
          }
        });
    confirmed += confirmedNow.size();
    highest =
        Math.max(highest, confirmedNow.values().stream().mapToLong(it -> it).max().orElse(-1));
    for (int producer = 0; producer < Worker.PRODUCERS; producer++) {
      long turn = 0;
      while (tried.contains(Worker.number(first, producer, turn))) {
        turn++;
      }
      long next = Worker.number(first, producer, turn);
      unconfirmed.add(next);
      nextNumber = Math.max(nextNumber, next + Worker.PRODUCERS);
    }
    tried.removeAll(confirmedNow.keySet());
    unconfirmed.addAll(tried);
  }

  private static Set<Long> setOf(Map<String, Set<Long>> sets, String id) {
    Set<Long> found = sets.get(id);
    if (found == null) {
      throw new BrokenPromiseException("a worker knows a subscriber " + id);
    }
    return found;
  }

  /**
   * Opens the directory and takes all that is there.
   *
   * @param settle whether all of it is acked then; otherwise it stays as it is
   * @throws BrokenPromiseException when something is missing, comes again, or was never appended
   */
  public void check(boolean settle) {
    try {
      DurableBuffer buffer = DurableBuffer.open(directory, Worker.options());
      try {
        for (String id : Worker.SUBSCRIBERS) {
          check(buffer.subscribe(id), settle);
        }
      } finally {
        close(buffer, settle);
      }
    } catch (HoldfastException e) {
      throw new BrokenPromiseException("the directory does not open or deliver: " + e, e);
    }
    // What has come once is there to stay.
    acked.putAll(seen);
    seen.clear();
    if (settle) {
      acked.clear();
      resolved.values().forEach(Set::clear);
      done.values().forEach(Set::clear);
      unconfirmed.clear();
    }
  }

  /** Where no byte is free a buffer cannot write how it ended, and says so: that is no loss. */
  private static void close(DurableBuffer buffer, boolean settled) {
    try {
      buffer.close();
    } catch (StorageException e) {
      Throwable cause = e.getCause();
      boolean isFull =
          cause != null && String.valueOf(cause.getMessage()).contains("No space left");
      if (settled || !isFull) {
        throw e;
      }
    }
  }

  private void check(Subscriber subscriber, boolean settle) {
    Set<Long> missing = new TreeSet<>(acked.keySet());
    missing.removeAll(setOf(resolved, subscriber.id()));
    missing.removeAll(setOf(done, subscriber.id()));
    List<Delivery> held = new ArrayList<>();
    try {
      long last = -1;
      for (Delivery next = next(subscriber); next != null; next = next(subscriber)) {
        held.add(next);
        last = check(subscriber.id(), next, last);
        missing.remove(next.sequence());
        checked++;
        if (settle) {
          next.ack();
        }
      }
    } finally {
      held.forEach(Delivery::close);
    }
    if (!missing.isEmpty()) {
      throw new BrokenPromiseException(
          missing.size()
              + " confirmed bundles are missing for "
              + subscriber.id()
              + ", the first with the sequences "
              + missing.stream().limit(TOLD_AT_MOST).toList()
              + saidOf(missing.iterator().next()));
    }
  }

  private String saidOf(long number) {
    List<String> about =
        said.stream().filter(line -> List.of(line.split(" ")).contains("" + number)).toList();
    return "; of " + number + " the last worker said " + about;
  }

  private static @Nullable Delivery next(Subscriber subscriber) {
    return subscriber.next(Duration.ZERO);
  }

  private long check(String id, Delivery delivery, long last) {
    long sequence = delivery.sequence();
    long number = Numbered.check(delivery.bundle());
    if (sequence <= last) {
      throw new BrokenPromiseException(id + " gets " + sequence + " behind " + last);
    }
    if (setOf(resolved, id).contains(sequence)) {
      throw new BrokenPromiseException(id + " gets " + sequence + " again, acked durably");
    }
    Long expected = acked.get(sequence);
    if (expected == null) {
      expected = seen.putIfAbsent(sequence, number);
      boolean possible = expected == null ? unconfirmed.remove(number) : expected == number;
      if (!possible) {
        throw new BrokenPromiseException(
            id
                + " gets "
                + number
                + " as "
                + sequence
                + ", which was not on its way"
                + (acked.containsValue(number) ? ", but confirmed under another sequence" : "")
                + saidOf(sequence)
                + saidOf(number));
      }
      highest = Math.max(highest, sequence);
    } else if (expected != number) {
      throw new BrokenPromiseException(
          id + " gets " + number + " as " + sequence + ", which is " + expected);
    }
    return sequence;
  }
}
