package io.holdfast.testkit;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A storage whose calls are hindered, by whatever {@link Trouble} there is. Thread-safe as that.
 */
record TroubledStorage(Storage whole, Trouble trouble) implements Storage {
  /** What is done to a file. */
  enum Kind {
    READ,
    WRITE,
    SYNC,
    NAME,
    DELETE
  }

  /** What hinders. */
  interface Trouble {
    /** Comes before a call: may wait, or throw what the call is to throw. */
    void before(Kind kind, String name) throws IOException;

    /** Comes after a call that has worked. */
    default void after(Kind kind, String name) throws IOException {}

    /** How many of these bytes a write takes; at least one. */
    default int taken(String name, int bytes) {
      return bytes;
    }
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException;
  }

  private <T> T hindered(Kind kind, String name, Call<T> call) throws IOException {
    trouble.before(kind, name);
    T result = call.run();
    trouble.after(kind, name);
    return result;
  }

  private StorageFile file(String name, StorageFile file) {
    return new TroubledFile(name, file);
  }

  @Override
  public void createDirectory(String name) throws IOException {
    whole.createDirectory(name);
  }

  @Override
  public StorageFile create(String name) throws IOException {
    return hindered(Kind.NAME, name, () -> file(name, whole.create(name)));
  }

  @Override
  public StorageFile open(String name) throws IOException {
    return file(name, whole.open(name));
  }

  @Override
  public StorageFile openForRead(String name) throws IOException {
    return file(name, whole.openForRead(name));
  }

  @Override
  public List<String> list(String folder) throws IOException {
    return whole.list(folder);
  }

  @Override
  public List<String> listFolders(String folder) throws IOException {
    return whole.listFolders(folder);
  }

  @Override
  public Optional<FileStatus> status(String name) throws IOException {
    return whole.status(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    trouble.before(Kind.NAME, to);
    whole.rename(from, to);
    trouble.after(Kind.NAME, to);
  }

  @Override
  public void delete(String name) throws IOException {
    trouble.before(Kind.DELETE, name);
    whole.delete(name);
    trouble.after(Kind.DELETE, name);
  }

  @Override
  public void syncDirectory(String folder) throws IOException {
    trouble.before(Kind.SYNC, folder);
    whole.syncDirectory(folder);
    trouble.after(Kind.SYNC, folder);
  }

  @Override
  public void setReadOnly(String name) throws IOException {
    whole.setReadOnly(name);
  }

  @Override
  public long freeSpace() throws IOException {
    return whole.freeSpace();
  }

  @Override
  public Optional<StorageLock> tryLockShared(String name) throws IOException {
    return whole.tryLockShared(name);
  }

  @Override
  public Optional<StorageLock> tryLock(String name) throws IOException {
    return whole.tryLock(name);
  }

  @Override
  public String describe(String name) {
    return whole.describe(name);
  }

  private final class TroubledFile implements StorageFile {
    private final String name;
    private final StorageFile file;

    TroubledFile(String name, StorageFile file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return hindered(Kind.READ, name, () -> file.read(target, position));
    }

    @Override
    public long write(ByteBuffer source, long position) throws IOException {
      return hindered(Kind.WRITE, name, () -> part(source, position));
    }

    private long part(ByteBuffer source, long position) throws IOException {
      int limit = source.limit();
      int most = trouble.taken(name, source.remaining());
      if (most < source.remaining()) {
        source.limit(source.position() + most);
      }
      try {
        return file.write(source, position);
      } finally {
        source.limit(limit);
      }
    }

    @Override
    public long write(ByteBuffer[] sources, int first, int count, long position)
        throws IOException {
      int all = 0;
      for (int i = first; i < first + count; i++) {
        all += sources[i].remaining();
      }
      int most = trouble.taken(name, all);
      return hindered(
          Kind.WRITE,
          name,
          () ->
              most < sources[first].remaining()
                  ? part(sources[first], position)
                  : file.write(sources, first, count, position));
    }

    @Override
    public int blockBytes() {
      return file.blockBytes();
    }

    @Override
    public long writeThrough(ByteBuffer blocks, long position) throws IOException {
      return hindered(Kind.WRITE, name, () -> file.writeThrough(blocks, position));
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void syncData() throws IOException {
      trouble.before(Kind.SYNC, name);
      file.syncData();
      trouble.after(Kind.SYNC, name);
    }

    @Override
    public void syncAll() throws IOException {
      trouble.before(Kind.SYNC, name);
      file.syncAll();
      trouble.after(Kind.SYNC, name);
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
