package io.holdfast.cli.kill;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A system call with which a server changes what is on its disk, or makes that durable. Under
 * strace a process is killed as it is about to make one of them.
 */
enum DiskCall {
  WRITE("pwrite64", 8),
  SYNC("fdatasync", 1),
  SYNC_WITH_SIZE("fsync", 6),
  RENAME("rename", 3),
  DELETE("unlink", 1),
  CUT("ftruncate", 1);

  private final String name;
  private final int most;

  DiskCall(String name, int most) {
    this.name = name;
    this.most = most;
  }

  /** About how many of them a thread of a server makes in a short life. */
  int most() {
    return most;
  }

  /**
   * The words before the command of a process that is killed before one of its calls.
   *
   * @param which the so manieth of a thread, from 1
   */
  List<String> killing(int which) {
    return List.of(
        "strace",
        "-f",
        "-qq",
        "--seccomp-bpf",
        "-o",
        "/dev/null",
        "-e",
        "trace=" + name,
        "-e",
        "inject=" + name + ":signal=KILL:when=" + which);
  }

  /** Why no process can be killed like that here; empty when it can. */
  static String whyNot() throws InterruptedException {
    List<String> command = new ArrayList<>(CUT.killing(1));
    command.add("true");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0 ? "" : "strace that may trace";
    } catch (IOException missing) {
      return "strace: " + missing.getMessage();
    }
  }
}
