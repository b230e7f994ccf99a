package io.holdfast.connectors.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that grows by whole lines. Not a channel, since those are closed by an interrupt. Belongs
 * to one thread.
 */
final class LineFile implements AutoCloseable {
  private final RandomAccessFile file;
  private long length;

  private LineFile(RandomAccessFile file, long length) {
    this.file = file;
    this.length = length;
  }

  /** Opens or makes a file. What a crash left of a line is ended, so that the next begins anew. */
  static LineFile open(Path path) throws IOException {
    boolean isNew = !Files.exists(path);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      lock(file);
      LineFile lines = new LineFile(file, file.length());
      if (isNew) {
        syncDirectory(path.toAbsolutePath().getParent());
      } else if (lines.length > 0) {
        file.seek(lines.length - 1);
        if (file.read() != '\n') {
          lines.append(new byte[] {'\n'});
        }
      }
      return lines;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Two that write would write over each other's lines: each knows where its own ended. */
  private static void lock(RandomAccessFile file) throws IOException {
    FileLock lock;
    try {
      lock = file.getChannel().tryLock();
    } catch (OverlappingFileLockException here) {
      throw new IOException("another sink writes it: give each a file of its own", here);
    } catch (IOException noLocks) {
      // There are filesystems without them.
      return;
    }
    if (lock == null) {
      throw new IOException("another process writes it: give each a file of its own");
    }
  }

  /** Adds bytes and syncs. On an error the file is as it was, as far as the disk lets it be. */
  void append(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      return;
    }
    try {
      file.seek(length);
      file.write(bytes);
      file.getFD().sync();
      length += bytes.length;
    } catch (IOException e) {
      try {
        file.setLength(length);
      } catch (IOException inCutting) {
        e.addSuppressed(inCutting);
      }
      throw e;
    }
  }

  private static void syncDirectory(@Nullable Path directory) throws IOException {
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
