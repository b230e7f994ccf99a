package io.holdfast.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The two streams of a command, both UTF-8.
 *
 * @param out the command's output and nothing else; buffered, flushed when the command ends
 * @param err everything for people; flushed at each line
 */
record Console(PrintStream out, PrintStream err) {

  /** The process's own streams. */
  static Console ofProcess() {
    return new Console(
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
  }

  /** Prints a line for people. */
  void say(String line) {
    err.println(line);
  }
}
