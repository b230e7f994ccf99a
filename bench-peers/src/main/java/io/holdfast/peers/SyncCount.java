package io.holdfast.peers;

import io.holdfast.cli.bench.Folders;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How often a store asks the system to sync for each append, as strace sees it. Two processes
 * append different numbers of records; what one calls more than the other belongs to the appends,
 * and not to opening and closing.
 */
final class SyncCount {
  private static final int FEW = 200;
  private static final int MANY = 1000;

  private static final Pattern CALL = Pattern.compile("^\\d+ +(\\w+)\\((.*)$");
  private static final Pattern NAME = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern FILE = Pattern.compile("^\\d+<([^>]*)>");

  private final Path folder;
  private final long syncNanos;

  /**
   * Counts.
   *
   * @param folder where each run makes a directory and removes it again
   * @param syncNanos what a small write with its sync takes there
   */
  SyncCount(Path folder, long syncNanos) {
    this.folder = folder;
    this.syncNanos = syncNanos;
  }

  /** Whether there is a strace that may trace. */
  static boolean isThere() throws InterruptedException {
    try {
      return new ProcessBuilder("strace", "-qq", "-o", "|cat", "true").start().waitFor() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  /** Counts for one of the stores. */
  Map<Measure, Double> run(Peer peer, Load load) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            SyncedAppends.class.getName(),
            peer.name(),
            String.valueOf(load.bytes()),
            String.valueOf(load.producers()),
            directory().toString(),
            String.valueOf(syncNanos)));
    return perAppend(command);
  }

  /** Counts for the Rust engine. */
  Map<Measure, Double> run(Path quiver, int rows, int producers, int intervalMillis)
      throws IOException, InterruptedException {
    List<String> command = Quiver.command(quiver, directory(), rows, producers, intervalMillis);
    command.add("--bundles");
    return perAppend(command);
  }

  private Path directory() {
    return folder.resolve("store");
  }

  /** Runs a command with two numbers of appends as its last argument. */
  private Map<Measure, Double> perAppend(List<String> command)
      throws IOException, InterruptedException {
    Map<Measure, Integer> few = trace(command, FEW);
    Map<Measure, Integer> many = trace(command, MANY);
    Map<Measure, Double> result = new EnumMap<>(Measure.class);
    many.forEach(
        (measure, count) -> {
          double more = (double) (count - few.getOrDefault(measure, 0)) / (MANY - FEW);
          // What both do now and then, by the clock, is not of the appends.
          if (more >= 0.005) {
            result.put(measure, more);
          }
        });
    return result;
  }

  private Map<Measure, Integer> trace(List<String> traced, int appends)
      throws IOException, InterruptedException {
    Path calls = folder.resolve("calls");
    List<String> command =
        new ArrayList<>(
            List.of(
                "strace",
                "-f",
                "-y",
                "-qq",
                "--seccomp-bpf",
                "-e",
                "trace=openat,fsync,fdatasync,msync,write,pwrite64,writev,pwritev,io_submit",
                "-e",
                "signal=none",
                "-s",
                "0",
                "-o",
                calls.toString()));
    command.addAll(traced);
    command.add(String.valueOf(appends));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (process.waitFor() != 0) {
        throw new IOException(traced + " could not be traced; it said why above");
      }
      return count(calls);
    } finally {
      Folders.remove(directory());
      Files.deleteIfExists(calls);
    }
  }

  /** Counts the calls in what strace wrote; those that end on a line of their own count once. */
  static Map<Measure, Integer> count(Path calls) throws IOException {
    Map<Measure, Integer> counts = new EnumMap<>(Measure.class);
    Set<String> synced = new HashSet<>();
    try (Stream<String> lines = Files.lines(calls, StandardCharsets.ISO_8859_1)) {
      lines.forEach(
          line -> {
            Matcher call = CALL.matcher(line);
            if (call.matches()) {
              Measure measure = measure(call.group(1), call.group(2), synced);
              if (measure != null) {
                counts.merge(measure, 1, Integer::sum);
              }
            }
          });
    }
    return counts;
  }

  private static @Nullable Measure measure(String name, String arguments, Set<String> synced) {
    return switch (name) {
      case "fdatasync" -> Measure.FDATASYNC;
      case "fsync" -> Measure.FSYNC;
      case "msync" -> arguments.contains("MS_SYNC") ? Measure.MSYNC : null;
      case "io_submit" -> Measure.IO_SUBMIT;
      case "openat" -> {
        Matcher file = NAME.matcher(arguments);
        if (file.find() && arguments.matches(".*\\bO_D?SYNC\\b.*")) {
          synced.add(file.group(1));
        }
        yield null;
      }
      default -> {
        Matcher written = FILE.matcher(arguments);
        yield written.find() && synced.contains(written.group(1)) ? Measure.SYNCED_WRITE : null;
      }
    };
  }
}
