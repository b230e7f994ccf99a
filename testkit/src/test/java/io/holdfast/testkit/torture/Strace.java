package io.holdfast.testkit.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Lets system calls of a process fail. Needs strace, and a kernel that lets it trace. */
final class Strace {
  private static final String MARK = "(INJECTED)";

  private final Path trace;

  private Strace(Path trace) {
    this.trace = trace;
  }

  /** A tracer that keeps its notes in a folder. */
  static Strace on(Path work) throws IOException, InterruptedException {
    Strace strace = new Strace(work.resolve("trace"));
    List<String> command = strace.failing("fdatasync", "EIO", "1");
    try {
      Process process =
          new ProcessBuilder(Stream.concat(command.stream(), Stream.of("true")).toList())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        Lack.skip("strace that may trace: " + said.lines().findFirst().orElse(""));
      }
    } catch (IOException missing) {
      Lack.skip("strace: " + missing.getMessage());
    }
    return strace;
  }

  /**
   * The words before a command of which some calls fail. What was noted before is forgotten.
   *
   * @param call the name of the system call
   * @param error the name of the error
   * @param when which of them, for each thread, as strace has it: {@code 5+3} is the fifth and each
   *     third behind it
   */
  List<String> failing(String call, String error, String when) throws IOException {
    Files.deleteIfExists(trace);
    return List.of(
        "strace",
        "-f",
        "-qq",
        "--seccomp-bpf",
        "-o",
        trace.toString(),
        "-e",
        "trace=" + call,
        "-e",
        "inject=" + call + ":error=" + error + ":when=" + when);
  }

  /** How many calls of the last command have failed so far. */
  long injected() throws IOException {
    try (Stream<String> lines = Files.lines(trace)) {
      return lines.filter(line -> line.endsWith(MARK)).count();
    }
  }

  /** Waits until so many calls have failed. */
  void awaitInjected(Witness.Life life, long count) throws IOException {
    Patience.until(life, "calls fail", () -> Files.exists(trace) && injected() >= count);
  }
}
