package io.holdfast.fuzz.engine;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.testkit.SimulatedStorage;
import io.holdfast.testkit.SimulatedTasks;
import io.holdfast.testkit.SimulatedTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A simulated machine with one buffer directory: all that happens on it, this thread does. */
final class Machine {
  private static final long SEED = 1;

  private final SimulatedTime time = new SimulatedTime();
  private SimulatedTasks tasks = new SimulatedTasks(time, SEED);
  private SimulatedStorage disk = new SimulatedStorage(SEED);

  /** A machine whose disk holds these files, by their names. */
  static Machine with(Map<String, byte[]> files) throws IOException {
    Machine machine = new Machine();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      machine.put(file.getKey(), file.getValue());
    }
    return machine;
  }

  Storage disk() {
    return disk;
  }

  /** Opens the buffer; the caller closes it. */
  DurableBuffer open() {
    return DurableBuffer.open(
        disk,
        BufferOptions.defaults()
            .withCapBytes(BufferOptions.MIN_CAP_BYTES)
            .withAppendTimeout(Duration.ZERO)
            .withTime(time)
            .withTasks(tasks)
            .withRandom(new SplittableRandom(SEED)));
  }

  /** Ends the process that has the buffer open: what it has written stays. */
  void kill() {
    tasks.kill();
    tasks = new SimulatedTasks(time, SEED);
    disk = disk.kill();
  }

  private void put(String name, byte[] bytes) throws IOException {
    disk.createDirectory(name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "");
    try (StorageFile file = disk.create(name)) {
      file.writeFully(ByteBuffer.wrap(bytes), 0);
      file.syncAll();
    }
  }

  /** All files by name, but the one that only keeps space and the ones that name the owner. */
  Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    addFiles("", files);
    return files;
  }

  private void addFiles(String folder, Map<String, byte[]> files) throws IOException {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    for (String name : disk.list(folder)) {
      if (!name.equals("holdfast.reserve")
          && !name.equals("holdfast.lock")
          && !name.equals("holdfast.owner")
          && !name.equals("holdfast.next")) {
        files.put(prefix + name, disk.bytes(prefix + name));
      }
    }
    for (String name : disk.listFolders(folder)) {
      addFiles(prefix + name, files);
    }
  }
}
