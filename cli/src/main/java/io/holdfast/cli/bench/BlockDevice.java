package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The counters of the disk below a folder, where the system shows them: what reached it, whoever
 * wrote it, and whatever a filesystem added. Whoever compares two counts makes sure that nobody
 * else writes much in between.
 */
public final class BlockDevice {
  private static final int SECTOR_BYTES = 512;
  private static final int SECTORS_WRITTEN = 6;

  private final Path counters;

  private BlockDevice(Path counters) {
    this.counters = counters;
  }

  /** The device of a folder that exists, or empty where there is none to be seen. */
  public static Optional<BlockDevice> of(Path folder) throws IOException {
    long device;
    try {
      device = ((Number) Files.getAttribute(folder, "unix:dev")).longValue();
    } catch (UnsupportedOperationException | IllegalArgumentException notUnix) {
      return Optional.empty();
    }
    long major = (device >> 8) & 0xfff;
    long minor = (device & 0xff) | ((device >> 12) & 0xfff00);
    Path counters = Path.of("/sys/dev/block", major + ":" + minor, "stat");
    return Files.isReadable(counters) ? Optional.of(new BlockDevice(counters)) : Optional.empty();
  }

  /**
   * How many bytes were written to it since the system started, after all that the system still
   * held for its disks has been written.
   */
  public long bytesWritten() throws IOException, InterruptedException {
    settle();
    String[] fields = Files.readString(counters).strip().split("\\s+", -1);
    return Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR_BYTES;
  }

  /**
   * Has the system write what it holds for its disks, and free what was deleted, so that one
   * measurement does not pay for the one before. Does nothing where there is no such command.
   */
  public static void settle() throws InterruptedException {
    try {
      new ProcessBuilder("sync").inheritIO().start().waitFor();
    } catch (IOException notThere) {
      return;
    }
  }
}
