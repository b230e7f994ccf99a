package io.holdfast.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * A file that is open for reading, by any thread. The JDK closes a channel when a thread that reads
 * from it is interrupted, for all threads; this opens it again, under whatever name it has by then.
 */
final class ReadFile implements StorageFile {
  private final Path path;
  private final Object key;
  private volatile FileChannel channel;
  private volatile boolean closed;

  private ReadFile(Path path, FileChannel channel, Object key) {
    this.path = path;
    this.channel = channel;
    this.key = key;
  }

  static ReadFile open(Path path) throws IOException {
    while (true) {
      Object before = identity(path);
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      // The name may have moved while it was opened: take it only if it still means the same file.
      if (before.equals(identity(path))) {
        return new ReadFile(path, channel, before);
      }
      channel.close();
    }
  }

  private static Object identity(Path path) throws IOException {
    return FileStorage.keyOf(path, Files.readAttributes(path, BasicFileAttributes.class));
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    boolean interrupted = false;
    int start = target.position();
    try {
      while (true) {
        FileChannel current = channel;
        try {
          return current.read(target, position);
        } catch (ClosedChannelException e) {
          if (closed) {
            throw e;
          }
          interrupted |= Thread.interrupted();
          target.position(start);
          reopen(current);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void reopen(FileChannel broken) throws IOException {
    if (!channel.equals(broken)) {
      return;
    }
    if (closed) {
      throw new ClosedChannelException();
    }
    Path folder = path.toAbsolutePath().getParent();
    if (isThis(path)) {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      return;
    }
    if (folder != null) {
      try (Stream<Path> names = Files.list(folder)) {
        for (Path name : (Iterable<Path>) names::iterator) {
          if (isThis(name)) {
            channel = FileChannel.open(name, StandardOpenOption.READ);
            return;
          }
        }
      }
    }
    throw new NoSuchFileException(
        path.toString(), null, "the file was deleted, and an interrupt closed the open handle");
  }

  private boolean isThis(Path name) throws IOException {
    try {
      return key.equals(identity(name));
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  @Override
  public long write(ByteBuffer source, long position) {
    throw new NonWritableChannelException();
  }

  @Override
  public long write(ByteBuffer[] sources, int first, int count, long position) {
    throw new NonWritableChannelException();
  }

  @Override
  public void truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public void syncData() throws IOException {
    syncAll();
  }

  @Override
  public void syncAll() throws IOException {
    channel.force(true);
  }

  @Override
  public long size() throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        FileChannel current = channel;
        try {
          return current.size();
        } catch (ClosedChannelException e) {
          if (closed) {
            throw e;
          }
          interrupted |= Thread.interrupted();
          reopen(current);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Object key() {
    return key;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
