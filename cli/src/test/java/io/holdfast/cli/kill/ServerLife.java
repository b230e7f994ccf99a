package io.holdfast.cli.kill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that serves, and what it says. Belongs to one thread. */
final class ServerLife implements AutoCloseable {
  private static final int MOST_ERROR_CHARACTERS = 20_000;

  /** Little memory, a quick start, and no files of the JVM's own. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx128m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-XX:+DisplayVMOutputToStderr",
          "--sun-misc-unsafe-memory-access=allow");

  private final Process process;
  private final Ledger ledger;
  private final Thread outReader;
  private final Thread errorReader;
  private final StringBuilder errors = new StringBuilder();

  private ServerLife(List<String> before, List<String> program, Ledger ledger) throws IOException {
    this.ledger = ledger;
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(program);
    process = new ProcessBuilder(command).start();
    outReader = Thread.ofPlatform().daemon().start(this::readReceipts);
    errorReader = Thread.ofPlatform().daemon().start(this::readErrors);
  }

  /**
   * The command {@code holdfast server run}.
   *
   * @param before words before the command, for a program that runs it
   */
  static ServerLife ofCommand(List<String> before, Path data, List<Path> files, Ledger ledger)
      throws IOException {
    List<String> program =
        new ArrayList<>(
            List.of(
                "io.holdfast.cli.Holdfast", "server", "run", "--data-dir", data.toString(), "-f"));
    files.forEach(file -> program.add(file.toString()));
    return new ServerLife(before, program, ledger);
  }

  /** The same plan, with receipts. */
  static ServerLife withReceipts(List<String> before, Path data, List<Path> files, Ledger ledger)
      throws IOException {
    List<String> program = new ArrayList<>(List.of(ReceiptServer.class.getName(), data.toString()));
    files.forEach(file -> program.add(file.toString()));
    return new ServerLife(before, program, ledger);
  }

  private void readReceipts() {
    try (InputStream in = process.getInputStream()) {
      StringBuilder line = new StringBuilder();
      byte[] bytes = new byte[8192];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        for (int i = 0; i < count; i++) {
          if (bytes[i] != '\n') {
            line.append((char) bytes[i]);
            continue;
          }
          take(line.toString());
          line.setLength(0);
        }
      }
      // What is left is a line that was cut; it says nothing.
    } catch (IOException e) {
      // The process is gone, and its pipe with it.
    }
  }

  private void take(String line) {
    String[] words = line.split(" ", -1);
    if (words.length == 3 && words[0].equals("accepted")) {
      ledger.accepted(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    } else {
      ledger.complain("a server says on its standard output: " + line);
    }
  }

  private void readErrors() {
    try (BufferedReader from =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        if (line.contains("and lost:") || line.contains("refused for good")) {
          ledger.complain("a server says: " + line);
        }
        synchronized (errors) {
          if (errors.length() < MOST_ERROR_CHARACTERS) {
            errors.append(line).append('\n');
          }
        }
      }
    } catch (IOException e) {
      // The process is gone, and its pipe with it.
    }
  }

  /** What it has said for people: the beginning of it. */
  String said() {
    synchronized (errors) {
      return errors.toString();
    }
  }

  /**
   * Waits for its end.
   *
   * @return whether it has ended
   */
  boolean hasEnded(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** What it ended with, and everything that it said is taken down. */
  int exitCode() throws InterruptedException {
    int code = process.waitFor();
    outReader.join();
    errorReader.join();
    return code;
  }

  /** Kills it at once, and takes down what it said before. */
  void kill() throws InterruptedException {
    close();
    int _ = exitCode();
  }

  /** Kills it, if it still runs. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    // Process.destroyForcibly would close the pipe, with what was said and not read yet in it.
    process.toHandle().destroyForcibly();
  }
}
