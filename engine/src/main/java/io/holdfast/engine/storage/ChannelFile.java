package io.holdfast.engine.storage;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open file. What is written and read goes through a channel that survives interrupts.
 *
 * <p>A sync cannot be repeated: the error of the first may be lost with its descriptor, and the
 * second would then say that all is well. Syncs go through a descriptor of their own that no
 * interrupt closes. A write that goes past the cache has its error for itself, so it can be.
 */
final class ChannelFile implements StorageFile {
  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final Set<OpenOption> WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<OpenOption> THROUGH =
      Set.of(StandardOpenOption.WRITE, StandardOpenOption.DSYNC, ExtendedOpenOption.DIRECT);

  /** Filesystems with larger blocks are not worth a wait for each of them to fill. */
  private static final long LARGEST_BLOCK = 64 << 10;

  private final Path path;
  private final Object key;
  private final boolean writable;
  private final SteadyChannel channel;

  /** Used for nothing but force, which runs in the calling thread. */
  private final AsynchronousFileChannel syncs;

  /** Past the cache; null until it is asked for, and where the filesystem has no such thing. */
  private @Nullable SteadyChannel through;

  /** Of {@link #through}; -1 until it is asked for. */
  private int blockBytes = -1;

  private boolean closed;

  private ChannelFile(
      Path path,
      Object key,
      boolean writable,
      SteadyChannel channel,
      AsynchronousFileChannel syncs) {
    this.path = path;
    this.key = key;
    this.writable = writable;
    this.channel = channel;
    this.syncs = syncs;
  }

  static ChannelFile create(Path path) throws IOException {
    Files.createFile(path);
    return open(path, true);
  }

  static ChannelFile openToWrite(Path path) throws IOException {
    return open(path, true);
  }

  static ChannelFile openToRead(Path path) throws IOException {
    return open(path, false);
  }

  private static ChannelFile open(Path path, boolean writable) throws IOException {
    Set<OpenOption> options = writable ? WRITE : READ;
    while (true) {
      Object key = SteadyChannel.identity(path);
      AsynchronousFileChannel syncs = AsynchronousFileChannel.open(path, options, null);
      try {
        // The name may have moved while it was opened: take it only if it still means one file.
        if (key.equals(SteadyChannel.identity(path))) {
          SteadyChannel channel = new SteadyChannel(path, key, options);
          return new ChannelFile(path, key, writable, channel, syncs);
        }
      } catch (IOException | RuntimeException e) {
        syncs.close();
        throw e;
      }
      syncs.close();
    }
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    return (int)
        channel.uninterrupted(
            current -> {
              target.position(start);
              return current.read(target, position);
            });
  }

  @Override
  public long write(ByteBuffer source, long position) throws IOException {
    return write(channel, source, position);
  }

  private static long write(SteadyChannel to, ByteBuffer source, long position) throws IOException {
    int start = source.position();
    return to.uninterrupted(
        current -> {
          source.position(start);
          return current.write(source, position);
        });
  }

  @Override
  public long write(ByteBuffer[] sources, int first, int count, long position) throws IOException {
    if (!writable) {
      throw new NonWritableChannelException();
    }
    int[] starts = new int[count];
    for (int i = 0; i < count; i++) {
      starts[i] = sources[first + i].position();
    }
    return channel.uninterrupted(
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
  public synchronized int blockBytes() {
    if (blockBytes < 0 && !closed) {
      blockBytes = writable ? openThrough() : 0;
    }
    return Math.max(0, blockBytes);
  }

  private int openThrough() {
    if (!System.getProperty("os.name").startsWith("Linux")) {
      // Elsewhere such a write may end in the disk's own cache, which a sync empties.
      return 0;
    }
    try {
      long block = Files.getFileStore(path.toAbsolutePath().getParent()).getBlockSize();
      if (block > LARGEST_BLOCK || Long.bitCount(block) != 1) {
        return 0;
      }
      through = new SteadyChannel(path, key, THROUGH);
      return (int) block;
    } catch (IOException | UnsupportedOperationException refused) {
      // As on a filesystem in memory.
      return 0;
    }
  }

  @Override
  public long writeThrough(ByteBuffer blocks, long position) throws IOException {
    SteadyChannel past;
    synchronized (this) {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (blockBytes() == 0) {
        throw new IOException(path + " cannot be written past the cache");
      }
      past = Objects.requireNonNull(through);
    }
    return write(past, blocks, position);
  }

  @Override
  public void truncate(long size) throws IOException {
    channel.uninterrupted(
        current -> {
          current.truncate(size);
          return size;
        });
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
    return channel.uninterrupted(FileChannel::size);
  }

  @Override
  public Object key() {
    return key;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    SteadyChannel open = through;
    try (syncs;
        channel) {
      if (open != null) {
        open.close();
      }
    }
  }
}
