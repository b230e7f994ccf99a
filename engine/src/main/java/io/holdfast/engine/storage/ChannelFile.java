package io.holdfast.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An open file. The JDK closes a channel for all threads when one that is in it is interrupted;
 * this opens it again, under whatever name the file has by then, and repeats the call.
 *
 * <p>A sync cannot be repeated so: the error of the first may be lost with its descriptor, and the
 * second would then say that all is well. Syncs go through a descriptor of their own that no
 * interrupt closes.
 */
final class ChannelFile implements StorageFile {
  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final Set<OpenOption> WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Path path;
  private final Object key;
  private final Set<OpenOption> options;

  /** Used for nothing but force, which runs in the calling thread. */
  private final AsynchronousFileChannel syncs;

  private volatile FileChannel channel;
  private volatile boolean closed;

  private ChannelFile(
      Path path,
      Object key,
      Set<OpenOption> options,
      FileChannel channel,
      AsynchronousFileChannel syncs) {
    this.path = path;
    this.key = key;
    this.options = options;
    this.channel = channel;
    this.syncs = syncs;
  }

  static ChannelFile create(Path path) throws IOException {
    Files.createFile(path);
    return open(path, WRITE);
  }

  static ChannelFile openToWrite(Path path) throws IOException {
    return open(path, WRITE);
  }

  static ChannelFile openToRead(Path path) throws IOException {
    return open(path, READ);
  }

  private static ChannelFile open(Path path, Set<OpenOption> options) throws IOException {
    while (true) {
      Object before = identity(path);
      FileChannel channel = FileChannel.open(path, options);
      try {
        AsynchronousFileChannel syncs = AsynchronousFileChannel.open(path, options, null);
        // The name may have moved while it was opened: take it only if it still means one file.
        if (before.equals(identity(path))) {
          return new ChannelFile(path, before, options, channel, syncs);
        }
        syncs.close();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      channel.close();
    }
  }

  private static Object identity(Path path) throws IOException {
    return FileStorage.keyOf(path, Files.readAttributes(path, BasicFileAttributes.class));
  }

  private interface Call {
    long on(FileChannel channel) throws IOException;
  }

  private long uninterrupted(Call call) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        // A flag that is set already would close the channel as surely as one that comes now.
        interrupted |= Thread.interrupted();
        FileChannel current = channel;
        try {
          return call.on(current);
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

  private synchronized void reopen(FileChannel broken) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (!channel.equals(broken)) {
      return;
    }
    if (isThis(path)) {
      channel = FileChannel.open(path, options);
      return;
    }
    Path folder = path.getParent();
    if (folder != null) {
      try (Stream<Path> names = Files.list(folder)) {
        for (Path name : (Iterable<Path>) names::iterator) {
          if (isThis(name)) {
            channel = FileChannel.open(name, options);
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
  public int read(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    return (int)
        uninterrupted(
            current -> {
              target.position(start);
              return current.read(target, position);
            });
  }

  @Override
  public long write(ByteBuffer source, long position) throws IOException {
    int start = source.position();
    return uninterrupted(
        current -> {
          source.position(start);
          return current.write(source, position);
        });
  }

  @Override
  public long write(ByteBuffer[] sources, int first, int count, long position) throws IOException {
    ensureWritable();
    int[] starts = new int[count];
    for (int i = 0; i < count; i++) {
      starts[i] = sources[first + i].position();
    }
    return uninterrupted(
        current -> {
          for (int i = 0; i < count; i++) {
            sources[first + i].position(starts[i]);
          }
          // Java has no gathering write at a position; the contract gives this handle to one
          // writer.
          if (current.position() != position) {
            current.position(position);
          }
          return current.write(sources, first, count);
        });
  }

  @Override
  public void truncate(long size) throws IOException {
    uninterrupted(
        current -> {
          current.truncate(size);
          return size;
        });
  }

  private void ensureWritable() {
    if (!options.contains(StandardOpenOption.WRITE)) {
      throw new NonWritableChannelException();
    }
  }

  @Override
  public void syncData() throws IOException {
    syncs.force(false);
  }

  @Override
  public void syncAll() throws IOException {
    syncs.force(true);
  }

  @Override
  public long size() throws IOException {
    return uninterrupted(FileChannel::size);
  }

  @Override
  public Object key() {
    return key;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try (syncs) {
      channel.close();
    }
  }
}
