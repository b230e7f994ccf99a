package io.holdfast.engine.storage;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A channel on one file that an interrupt does not end. The JDK closes a channel for all threads
 * when one that is in it is interrupted; this opens it again, under whatever name the file has by
 * then, and repeats the call. Thread-safe.
 */
final class SteadyChannel implements AutoCloseable {
  /** What is done with the channel; may be done again from the start. */
  @FunctionalInterface
  interface Call {
    long on(FileChannel channel) throws IOException;
  }

  private final Path path;
  private final Object key;
  private final Set<OpenOption> options;
  private volatile FileChannel channel;
  private volatile boolean closed;

  /**
   * Opens the file under its last known name, or the one that it has now.
   *
   * @param key its identity
   */
  SteadyChannel(Path path, Object key, Set<OpenOption> options) throws IOException {
    this.path = path;
    this.key = key;
    this.options = options;
    this.channel = open();
  }

  /** The identity of what has this name now. */
  static Object identity(Path path) throws IOException {
    return FileStorage.keyOf(path, Files.readAttributes(path, BasicFileAttributes.class));
  }

  long uninterrupted(Call call) throws IOException {
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
    if (channel.equals(broken)) {
      channel = open();
    }
  }

  private FileChannel open() throws IOException {
    FileChannel opened = openIfThis(path);
    Path folder = path.getParent();
    if (opened == null && folder != null) {
      try (Stream<Path> names = Files.list(folder)) {
        for (Path name : (Iterable<Path>) names::iterator) {
          opened = openIfThis(name);
          if (opened != null) {
            break;
          }
        }
      }
    }
    if (opened == null) {
      throw new NoSuchFileException(
          path.toString(), null, "the file was deleted, and no open handle is left");
    }
    return opened;
  }

  /** The name may move while it is opened: it counts only if it still means the file. */
  private @Nullable FileChannel openIfThis(Path name) throws IOException {
    if (!isThis(name)) {
      return null;
    }
    FileChannel opened = FileChannel.open(name, options);
    boolean same = false;
    try {
      same = isThis(name);
    } finally {
      if (!same) {
        opened.close();
      }
    }
    return same ? opened : null;
  }

  private boolean isThis(Path name) throws IOException {
    try {
      return key.equals(identity(name));
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
