package io.holdfast.testkit.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A filesystem of its own, in a file or in memory. Needs root, and the tools of its kind: without
 * them a test is skipped.
 */
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
  static Mounted inFile(Path work, String kind, String options, int megabytes) throws IOException {
    Lack.ofRightToMount();
    Lack.ofLoopDevices();
    Lack.ofTool("mkfs." + kind, kind.equals("xfs") ? "xfsprogs" : "e2fsprogs");
    Path image = work.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) megabytes << 20);
    }
    make("mkfs." + kind, "-q", image.toString());
    String all = options.isEmpty() ? "loop" : "loop," + options;
    return mounted(work, List.of("mount", "-t", kind, "-o", all, image.toString()));
  }

  /** Makes a filesystem in memory. */
  static Mounted inMemory(Path work, int megabytes) throws IOException {
    Lack.ofRightToMount();
    return mounted(work, List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "none"));
  }

  private static Mounted mounted(Path work, List<String> mount) throws IOException {
    Path folder = Files.createDirectories(work.resolve("mounted"));
    List<String> command = new ArrayList<>(mount);
    command.add(folder.toString());
    make(command.toArray(String[]::new));
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
      Lack.skip("a kernel that lets ext4 find an error: there is no " + trigger());
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

  /** What is wrong with a tool and a right that are there is no reason to skip. */
  private static void make(String... command) throws IOException {
    String said = run(command);
    if (said.contains("unknown filesystem type")) {
      Lack.skip("a kernel that has this filesystem: " + said.strip());
    }
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  /** Runs a command; what it says when it fails, and nothing when it does not. */
  private static String run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      return process.waitFor() == 0 ? "" : String.join(" ", command) + ": " + said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
