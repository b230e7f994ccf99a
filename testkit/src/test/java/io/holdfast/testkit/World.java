package io.holdfast.testkit;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TimeSource;
import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A machine with one buffer directory, through its lives: open, kill, open again. On the simulated
 * disk all runs on the calling thread, and the same seed gives the same run.
 */
final class World implements AutoCloseable {
  final Bundles bundles = new Bundles();
  final List<EngineEvent> events = new CopyOnWriteArrayList<>();
  private final List<DurableBuffer> opened = new ArrayList<>();

  private final Path directory;
  private final SimulatedTime time = new SimulatedTime();
  private final long seed;
  private int lives;
  private Storage storage;
  private SimulatedTasks tasks;
  BufferOptions options;

  World(Disk disk, Path directory, long seed) {
    this(disk, directory, seed, seed);
  }

  private World(Disk disk, Path directory, long seed, long diskSeed) {
    this.directory = directory;
    this.seed = seed;
    this.tasks = new SimulatedTasks(time, seed);
    BufferOptions base =
        BufferOptions.defaults()
            .withCapBytes(BufferOptions.MIN_CAP_BYTES)
            .withAppendTimeout(Duration.ofSeconds(30))
            .withListener(events::add);
    if (disk == Disk.FILES) {
      this.storage = FileStorage.at(directory.resolve("life0"));
      this.options = base.withTime(TimeSource.system()).withTasks(TaskExecutor.threads());
    } else {
      this.storage = new SimulatedStorage(diskSeed);
      this.options = base.withTime(time).withTasks(tasks).withRandom(new SplittableRandom(seed));
    }
  }

  /** A simulated machine. */
  static World simulated(long seed) {
    return simulated(seed, seed);
  }

  /**
   * A simulated machine.
   *
   * @param diskSeed decides what calls that fail have done in part, and nothing before one fails
   */
  static World simulated(long seed, long diskSeed) {
    return new World(Disk.SIMULATED, Path.of("nowhere"), seed, diskSeed);
  }

  /** Another machine with this one's disk as a power cut leaves it; this one is dead. */
  World afterCrash(long crashSeed) {
    World next = simulated(seed + crashSeed);
    next.options =
        options
            .withListener(next.events::add)
            .withTime(next.time)
            .withRandom(new SplittableRandom(seed + crashSeed));
    next.nextLife(disk().crash(crashSeed));
    return next;
  }

  Storage storage() {
    return storage;
  }

  /** The simulated disk. */
  SimulatedStorage disk() {
    return (SimulatedStorage) storage;
  }

  SimulatedTasks tasks() {
    return tasks;
  }

  SimulatedTime time() {
    return time;
  }

  /** Opens the buffer; it is closed with the world at the latest. */
  DurableBuffer open() {
    DurableBuffer buffer = DurableBuffer.open(storage, options);
    opened.add(buffer);
    return buffer;
  }

  /** Ends the process without a word to the buffer: all that was written is there. */
  void kill() throws IOException {
    if (storage instanceof SimulatedStorage simulated) {
      nextLife(simulated.kill());
      return;
    }
    lives++;
    Path to = directory.resolve("life" + lives);
    Map<String, byte[]> files = snapshot();
    // What changed while it was copied was copied at two moments: a kill is one.
    for (Map<String, byte[]> again = snapshot(); !same(files, again); again = snapshot()) {
      files = again;
    }
    closeAll();
    storage = FileStorage.at(to);
    restore(files);
  }

  /** Cuts the power, on a simulated machine. */
  void crash(long crashSeed) {
    nextLife(disk().crash(crashSeed));
  }

  /** Ends the process of a simulated machine. */
  void nextLife() {
    nextLife(disk().kill());
  }

  private void nextLife(SimulatedStorage next) {
    lives++;
    tasks.kill();
    // Whoever had them is dead: to close them would run code that a dead process does not run.
    opened.clear();
    storage = next;
    tasks = new SimulatedTasks(time, seed + lives);
    options = options.withTasks(tasks);
  }

  private static boolean same(Map<String, byte[]> one, Map<String, byte[]> other) {
    return one.keySet().equals(other.keySet())
        && one.keySet().stream().allMatch(name -> Arrays.equals(one.get(name), other.get(name)));
  }

  /**
   * From now on no segment can be written, so that what somebody has not resolved stays in the log,
   * also when the buffer is closed; before it is opened.
   */
  void holdSegmentsBack() {
    if (storage instanceof SimulatedStorage simulated) {
      simulated.setFaults(
          Faults.when(
              // The names that are there may be synced: opening does so.
              call ->
                  call.kind().changes()
                      && call.kind() != StorageCall.Kind.SYNC_DIRECTORY
                      && call.file().startsWith("segments"),
              Faults.Outcome.FAIL));
    } else {
      storage = new TroubledStorage(storage, World::refuseSegments);
    }
  }

  private static void refuseSegments(TroubledStorage.Kind kind, String name) throws IOException {
    if (kind == TroubledStorage.Kind.NAME && name.startsWith("segments")) {
      throw new IOException(name + " cannot be made here");
    }
  }

  /** Segments can be written again; after it was closed. */
  void letSegmentsBe() {
    if (storage instanceof SimulatedStorage simulated) {
      simulated.setFaults(Faults.none());
    } else if (storage instanceof TroubledStorage(Storage whole, TroubledStorage.Trouble refused)) {
      storage = whole;
    }
  }

  /** All files but the lock's: to open that would give the lock away. */
  Map<String, byte[]> snapshot() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    addFiles("", files);
    return files;
  }

  private void addFiles(String folder, Map<String, byte[]> files) throws IOException {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    for (String name : storage.list(folder)) {
      if (!name.equals("holdfast.lock") && !name.endsWith(".tmp")) {
        try {
          files.put(prefix + name, read(prefix + name));
        } catch (NoSuchFileException gone) {
          // Between the listing and now.
        }
      }
    }
    for (String name : storage.listFolders(folder)) {
      addFiles(prefix + name, files);
    }
  }

  /** Leaves only the segments, as another engine writes them, of which nobody has read anything. */
  void leaveToAnotherEngine() throws IOException {
    Map<String, byte[]> segments = new TreeMap<>();
    for (String name : storage.list("segments")) {
      String path = "segments/" + name;
      segments.put(path, SegmentBytes.asAnotherEngine(read(path)));
    }
    restore(segments);
    for (String folder : List.of("", "segments")) {
      storage.syncDirectory(folder);
    }
  }

  /** Makes the directory what it was; nobody may have it open. */
  void restore(Map<String, byte[]> files) throws IOException {
    for (String folder : List.of("wal", "segments", "quarantine")) {
      storage.createDirectory(folder);
    }
    for (String name : snapshot().keySet()) {
      if (!files.containsKey(name)) {
        storage.delete(name);
      }
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      int slash = file.getKey().lastIndexOf('/');
      storage.createDirectory(slash < 0 ? "" : file.getKey().substring(0, slash));
      write(file.getKey(), file.getValue());
    }
  }

  /** The bytes of all files in a folder whose names do not have this in them. */
  long bytesIn(String folder, String but) {
    try {
      long sum = 0;
      for (String name : storage.list(folder)) {
        if (!name.contains(but)) {
          String path = folder.isEmpty() ? name : folder + "/" + name;
          sum += storage.status(path).map(Storage.FileStatus::size).orElse(0L);
        }
      }
      return sum;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The bytes of all files of a storage, in all its folders. */
  static long bytesIn(Storage folder) throws IOException {
    long sum = 0;
    for (String name : folder.list("")) {
      sum += folder.status(name).map(Storage.FileStatus::size).orElse(0L);
    }
    for (String name : folder.listFolders("")) {
      sum += bytesIn(folder.folder(name));
    }
    return sum;
  }

  byte[] read(String name) throws IOException {
    try (StorageFile file = storage.openForRead(name)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
        // On to the next part.
      }
      return bytes.array();
    }
  }

  /** Replaces a file's content, or makes the file. */
  void write(String name, byte... bytes) throws IOException {
    if (storage.status(name).isEmpty()) {
      storage.create(name).close();
    }
    try (StorageFile file = storage.open(name)) {
      file.truncate(0);
      ByteBuffer source = ByteBuffer.wrap(bytes);
      while (source.hasRemaining()) {
        file.write(source, source.position());
      }
      file.syncAll();
    }
  }

  /** Flips bits of one byte of a file. */
  void flip(String name, long offset, int mask) throws IOException {
    byte[] bytes = read(name);
    bytes[Math.toIntExact(offset)] ^= (byte) mask;
    write(name, bytes);
  }

  /** Cuts a file. */
  void cut(String name, long size) throws IOException {
    try (StorageFile file = storage.open(name)) {
      file.truncate(size);
      file.syncAll();
    }
  }

  private void closeAll() {
    for (DurableBuffer buffer : opened) {
      buffer.close();
    }
    opened.clear();
  }

  /** Leaves what is open as it is. */
  void abandon() {
    tasks.kill();
    opened.clear();
  }

  @Override
  public void close() {
    closeAll();
    bundles.close();
  }
}
