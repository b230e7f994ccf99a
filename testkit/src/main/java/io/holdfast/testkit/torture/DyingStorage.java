package io.holdfast.testkit.torture;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A storage that ends the process at one of its calls, just before it or just after. Calls that
 * change something have a name: what is done to which kind of file. Each name is said as {@code
 * point COUNT NAME} whenever its calls have become 1, 2, 4, 8 and so on.
 */
final class DyingStorage implements Storage {
  /** What the process ends with. */
  static final int EXIT_CODE = 86;

  /**
   * Where a process ends.
   *
   * @param name of the calls
   * @param count which of them, from 1 on; 0 for none
   * @param after whether the call is made first
   */
  record Point(String name, long count, boolean after) {
    /** Nowhere. */
    static final Point NONE = new Point("none", 0, false);

    /** As words of a command. */
    List<String> words() {
      return List.of(name, String.valueOf(count), String.valueOf(after));
    }

    /** From three words of a command. */
    static Point of(String name, String count, String after) {
      return new Point(name, Long.parseLong(count), Boolean.parseBoolean(after));
    }

    @Override
    public String toString() {
      return (after ? "after " : "before ") + name;
    }
  }

  /** A call of the storage below. */
  @FunctionalInterface
  private interface Call<T> {
    T make() throws IOException;
  }

  /** As {@link Call}, without a result. */
  @FunctionalInterface
  private interface Action {
    void make() throws IOException;
  }

  private final Storage below;
  private final Point point;
  private final PrintStream out;
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

  DyingStorage(Storage below, Point point, PrintStream out) {
    this.below = below;
    this.point = point;
    this.out = out;
  }

  /** The kind of a file. */
  private static String kind(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    String temporary = name.endsWith(".tmp") ? "temporary " : "";
    if (name.equals("quiver.wal")) {
      return "active log";
    }
    if (name.startsWith("quiver.wal.cursor")) {
      return temporary + "cursor";
    }
    if (name.startsWith("quiver.wal.")) {
      return "rotated log";
    }
    if (name.startsWith("holdfast.spare.")) {
      return "spare log";
    }
    if (name.contains(".qseg")) {
      return temporary + "segment";
    }
    if (name.contains(".sub.")) {
      return temporary + "progress";
    }
    return name.isEmpty() ? "root" : name;
  }

  private <T> T at(String what, Call<T> call) throws IOException {
    long count = counts.computeIfAbsent(what, _ -> new AtomicLong()).incrementAndGet();
    if (Long.bitCount(count) == 1) {
      out.println("point " + count + " " + what);
    }
    boolean ends = count == point.count() && what.equals(point.name());
    if (ends && !point.after()) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
    T result = call.make();
    if (ends) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
    return result;
  }

  private void run(String what, Action action) throws IOException {
    Object _ =
        at(
            what,
            () -> {
              action.make();
              return what;
            });
  }

  @Override
  public void createDirectory(String name) throws IOException {
    run("create folder " + kind(name), () -> below.createDirectory(name));
  }

  @Override
  public StorageFile create(String name) throws IOException {
    return new DyingFile(at("create " + kind(name), () -> below.create(name)), kind(name));
  }

  @Override
  public StorageFile open(String name) throws IOException {
    return new DyingFile(below.open(name), kind(name));
  }

  @Override
  public StorageFile openForRead(String name) throws IOException {
    return below.openForRead(name);
  }

  @Override
  public List<String> list(String folder) throws IOException {
    return below.list(folder);
  }

  @Override
  public List<String> listFolders(String folder) throws IOException {
    return below.listFolders(folder);
  }

  @Override
  public Optional<FileStatus> status(String name) throws IOException {
    return below.status(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    run("rename " + kind(from) + " to " + kind(to), () -> below.rename(from, to));
  }

  @Override
  public void delete(String name) throws IOException {
    run("delete " + kind(name), () -> below.delete(name));
  }

  @Override
  public void syncDirectory(String folder) throws IOException {
    run("sync folder " + kind(folder), () -> below.syncDirectory(folder));
  }

  @Override
  public void setReadOnly(String name) throws IOException {
    run("set read-only " + kind(name), () -> below.setReadOnly(name));
  }

  @Override
  public long freeSpace() throws IOException {
    return below.freeSpace();
  }

  @Override
  public Optional<StorageLock> tryLockShared(String name) throws IOException {
    return at("share lock " + kind(name), () -> below.tryLockShared(name));
  }

  @Override
  public Optional<StorageLock> tryLock(String name) throws IOException {
    return at("lock " + kind(name), () -> below.tryLock(name));
  }

  @Override
  public String describe(String name) {
    return below.describe(name);
  }

  /** A handle on a file that was of a kind when it was opened. */
  private final class DyingFile implements StorageFile {
    private final StorageFile file;
    private final String kind;

    DyingFile(StorageFile file, String kind) {
      this.file = file;
      this.kind = kind;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public long write(ByteBuffer source, long position) throws IOException {
      return at("write " + kind, () -> file.write(source, position));
    }

    @Override
    public long write(ByteBuffer[] sources, int first, int count, long position)
        throws IOException {
      return at("write " + kind, () -> file.write(sources, first, count, position));
    }

    @Override
    public int blockBytes() {
      return file.blockBytes();
    }

    @Override
    public long writeThrough(ByteBuffer blocks, long position) throws IOException {
      return at("write through " + kind, () -> file.writeThrough(blocks, position));
    }

    @Override
    public void truncate(long size) throws IOException {
      run("cut " + kind, () -> file.truncate(size));
    }

    @Override
    public void syncData() throws IOException {
      run("sync " + kind, file::syncData);
    }

    @Override
    public void syncAll() throws IOException {
      run("sync " + kind, file::syncAll);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public Object key() throws IOException {
      return file.key();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
