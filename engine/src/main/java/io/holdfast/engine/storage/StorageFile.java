package io.holdfast.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file. Positions and sizes are in bytes from its start. Any thread may call any method;
 * the engine never lets two threads write overlapping ranges at once.
 */
public interface StorageFile extends AutoCloseable {

  /**
   * Reads up to {@code target.remaining()} bytes.
   *
   * @return the bytes read, possibly fewer than asked, -1 at or past the end
   */
  int read(ByteBuffer target, long position) throws IOException;

  /**
   * Fills all of {@code target}, in as many calls as that takes.
   *
   * @return whether it is full; else the file ends before, and what there was is in it
   */
  default boolean readFully(ByteBuffer target, long position) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int read = read(target, at);
      if (read <= 0) {
        return false;
      }
      at += read;
    }
    return true;
  }

  /**
   * Writes at a position, extending the file if need be; a gap before it reads as zeros.
   *
   * @return the bytes written, possibly fewer than asked
   */
  long write(ByteBuffer source, long position) throws IOException;

  /**
   * Writes {@code count} buffers from {@code first} on, one behind the other. At most one thread
   * may be in this method of one handle.
   *
   * @return the bytes written, possibly fewer than asked
   */
  long write(ByteBuffer[] sources, int first, int count, long position) throws IOException;

  /**
   * Writes all of {@code source}, in as many calls as that takes.
   *
   * @throws IOException also when the disk takes nothing without a reason; some of it may be
   *     written then
   */
  default void writeFully(ByteBuffer source, long position) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      at += taken(write(source, at));
    }
  }

  /**
   * Writes all of the first {@code count} buffers, one behind the other, in as many calls as that
   * takes.
   *
   * @throws IOException also when the disk takes nothing without a reason; some of it may be
   *     written then
   */
  default void writeFully(ByteBuffer[] sources, int count, long position) throws IOException {
    long at = position;
    int first = 0;
    while (first < count) {
      if (!sources[first].hasRemaining()) {
        first++;
        continue;
      }
      at += taken(write(sources, first, count - first, at));
    }
  }

  private static long taken(long written) throws IOException {
    if (written <= 0) {
      throw new IOException("the disk took no bytes, and gave no reason");
    }
    return written;
  }

  /**
   * The size of the blocks that {@link #writeThrough} takes, a power of two; 0 where this file can
   * only be written through the system's cache.
   */
  int blockBytes();

  /**
   * Writes whole blocks past the system's cache; what is written is durable when this returns, and
   * the size with it. Anything else that was written is as durable as before. No page that a write
   * through the cache is at may have a part in such a block at the same time.
   *
   * @param blocks of direct memory; its address, its remaining bytes and the position are multiples
   *     of {@link #blockBytes}
   * @return the bytes written, possibly fewer than asked
   * @throws IOException also when the filesystem does not do this after all; some of it may be
   *     written then
   */
  long writeThrough(ByteBuffer blocks, long position) throws IOException;

  /**
   * As {@link #writeThrough}, of all blocks, in as many calls as that takes.
   *
   * @throws IOException also when the disk takes no whole block without a reason
   */
  default void writeThroughFully(ByteBuffer blocks, long position) throws IOException {
    long at = position;
    while (blocks.hasRemaining()) {
      at += taken(writeThrough(blocks, at));
    }
  }

  /** Cuts the file to {@code size}; does nothing when it is not longer. */
  void truncate(long size) throws IOException;

  /** Returns when the bytes written so far, through any handle, and the size are durable. */
  void syncData() throws IOException;

  /** As {@link #syncData}, for all metadata as well. */
  void syncAll() throws IOException;

  /** The size now. */
  long size() throws IOException;

  /** The identity, as in {@link Storage.FileStatus}. */
  Object key() throws IOException;

  /** Releases the handle; syncs nothing. Does nothing the second time. */
  @Override
  void close() throws IOException;
}
