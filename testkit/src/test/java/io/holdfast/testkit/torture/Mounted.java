package io.holdfast.testkit.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A filesystem of its own, in a file or in memory. Needs root, and the tools of its kind. */
final class Mounted implements AutoCloseable {
  private static final long TRIES = 200;

  private final Path folder;
  private final List<String> mount;

  private Mounted(Path folder, List<String> mount) {
    this.folder = folder;
    this.mount = mount;
  }

  /**
   * Makes a filesystem in a file and mounts it.
   *
   * @param kind ext4 or xfs
   * @param options of the mount, behind {@code loop}
   */
  static Mounted inFile(Path work, String kind, String options, int megabytes)
      throws IOException, InterruptedException {
    Path image = work.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) megabytes << 20);
    }
    need(kind.equals("xfs") ? "xfsprogs" : "e2fsprogs", "mkfs." + kind, "-q", image.toString());
    String all = options.isEmpty() ? "loop" : "loop," + options;
    return mounted(work, List.of("mount", "-t", kind, "-o", all, image.toString()));
  }

  /** Makes a filesystem in memory. */
  static Mounted inMemory(Path work, int megabytes) throws IOException, InterruptedException {
    return mounted(work, List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "none"));
  }

  private static Mounted mounted(Path work, List<String> mount)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(work.resolve("mounted"));
    List<String> command = new ArrayList<>(mount);
    command.add(folder.toString());
    need("root and loop devices", command.toArray(String[]::new));
    return new Mounted(folder, mount);
  }

  Path folder() {
    return folder;
  }

  /** As a power cut: what did not reach the device is gone. Whoever uses it gets errors. */
  void cut() throws IOException {
    Shutdown.of(folder);
  }

  /** Mounts it again, as after a power cut; nobody uses it. */
  void remount() throws IOException {
    unmount();
    List<String> command = new ArrayList<>(mount);
    command.add(folder.toString());
    String said = run(command.toArray(String[]::new));
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  /** Sees to it that {@link #turnReadOnly} can work here. */
  void needErrors() throws IOException {
    if (!Files.isWritable(trigger())) {
      abort("needs a kernel that lets ext4 find an error: there is no " + trigger());
    }
  }

  /** Ext4 finds an error, as on a disk that breaks, and takes no writes from then on. */
  void turnReadOnly() throws IOException {
    Files.writeString(trigger(), "1");
  }

  private Path trigger() throws IOException {
    String device =
        Files.readAllLines(Path.of("/proc/mounts")).stream()
            .map(line -> line.split(" ", -1))
            .filter(words -> words[1].equals(folder.toString()))
            .map(words -> words[0].substring(words[0].lastIndexOf('/') + 1))
            .findFirst()
            .orElseThrow();
    return Path.of("/sys/fs/ext4", device, "trigger_fs_error");
  }

  /** Mounts it again in its place, for reading only or for writing; nobody writes to it. */
  void setReadOnly(boolean only) throws IOException {
    String said = run("mount", "-o", "remount," + (only ? "ro" : "rw"), folder.toString());
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  private void unmount() throws IOException {
    // A process that was just killed may hold it for a moment.
    String said = run("umount", folder.toString());
    for (int i = 0; !said.isEmpty() && i < TRIES; i++) {
      Patience.pause(10);
      said = run("umount", folder.toString());
    }
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  @Override
  public void close() throws IOException {
    unmount();
  }

  private static void need(String what, String... command) throws IOException {
    String said = run(command);
    if (!said.isEmpty()) {
      abort("needs " + what + ": " + said.lines().findFirst().orElse(""));
    }
  }

  /** Runs a command; what it says when it fails, and nothing when it does not. */
  private static String run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      return process.waitFor() == 0 ? "" : String.join(" ", command) + ": " + said;
    } catch (IOException missing) {
      return String.valueOf(missing.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
