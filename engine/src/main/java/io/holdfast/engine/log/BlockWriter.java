package io.holdfast.engine.log;

import io.holdfast.engine.capacity.DiskFull;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes groups past the system's cache, in whole blocks: one wait for the disk, where a write
 * through the cache and a sync are two, and no page that is copied and looked after.
 *
 * <p>The block in which the log ends is written again with each group. What stands in its first
 * part comes from memory, never from the disk: one that is read wrongly would be written so. Zeros
 * fill the last block and say where the log ends. Belongs to the committer.
 */
final class BlockWriter {
  private static final int FIRST_BYTES = 64 << 10;
  private static final int MOST_BYTES = 4 << 20;

  /** No block is larger. */
  static final int ALIGNMENT = 64 << 10;

  /** Starts with what is known of the block in which the log ends. */
  private ByteBuffer staging = aligned(FIRST_BYTES);

  /** How much of the last block is known, up to the log's end; -1 when its start is not. */
  private int known = -1;

  /** Set when the disk would not have it so; holds for the file. */
  private volatile boolean refused;

  /** Whether it worked once on this file. */
  private boolean works;

  /** New memory, of whole blocks of any size. */
  static ByteBuffer aligned(int bytes) {
    int whole = (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    return ByteBuffer.allocateDirect(whole + ALIGNMENT).alignedSlice(ALIGNMENT).slice(0, whole);
  }

  /** Another file is begun, with these bytes, all that is in it. */
  void began(StorageFile file, ByteBuffer header, ByteBuffer... carried) {
    refused = false;
    works = false;
    known = 0;
    int block = file.blockBytes();
    long end = passed(block, 0, header.duplicate().rewind());
    for (ByteBuffer bytes : carried) {
      end = passed(block, end, bytes.duplicate().rewind());
    }
  }

  /** Whether the file is to be written through the cache; from any thread. */
  boolean isRefused() {
    return refused;
  }

  /** It is not certain any more what the last block holds. */
  void forget() {
    known = -1;
  }

  /** A group was written through the cache. */
  void passed(StorageFile file, List<PendingAppend> group, long end) {
    int block = file.blockBytes();
    long at = end;
    for (PendingAppend append : group) {
      at = passed(block, at, append.entry().bytes());
    }
  }

  private long passed(int block, long end, ByteBuffer bytes) {
    long target = end + bytes.remaining();
    if (block == 0) {
      return target;
    }
    int inLast = (int) (target & (block - 1));
    if (inLast <= bytes.remaining()) {
      staging.put(0, bytes, bytes.limit() - inLast, inLast);
      known = inLast;
    } else if (known == (end & (block - 1))) {
      staging.put(known, bytes, bytes.position(), bytes.remaining());
      known = inLast;
    } else {
      known = -1;
    }
    return target;
  }

  /**
   * Writes a group durably, if that can be done so.
   *
   * @param end where it goes
   * @param bytes of the group
   * @param allocatedEnd up to here the file has its blocks
   * @return false when nothing is written, or can be, so that it goes through the cache
   * @throws IOException when the disk has failed the file
   */
  boolean write(
      StorageFile file, List<PendingAppend> group, long end, long bytes, long allocatedEnd)
      throws IOException {
    int block = refused ? 0 : file.blockBytes();
    if (block == 0 || known != (end & (block - 1))) {
      return false;
    }
    long target = end + bytes;
    long stop = (target + WalFormat.END_MARK_BYTES + block - 1) & -block;
    if (stop > allocatedEnd) {
      return false;
    }
    try {
      writeBlocks(file, group, block, end - known, (int) (stop - target));
    } catch (IOException e) {
      known = -1;
      if (works && !DiskFull.isReason(e)) {
        // To write it through the cache would be to read the last block from this disk.
        throw e;
      }
      refused = true;
      return false;
    }
    works = true;
    grow(stop - end);
    return true;
  }

  private void writeBlocks(
      StorageFile file, List<PendingAppend> group, int block, long start, int padding)
      throws IOException {
    long at = start;
    staging.clear().position(known);
    for (PendingAppend append : group) {
      at = put(file, append.entry().bytes(), at);
    }
    int inLast = staging.position() & (block - 1);
    int last = staging.position() - inLast;
    long lastAt = at + last;
    at = put(file, Zeros.of(padding), at);
    boolean stillThere = at <= lastAt;
    file.writeThroughFully(staging.flip(), at);
    if (stillThere) {
      staging.clear().put(0, staging, last, inLast);
      known = inLast;
    } else {
      known = -1;
    }
  }

  /** Says where in the file the staging buffer starts then. */
  private long put(StorageFile file, ByteBuffer bytes, long at) throws IOException {
    long here = at;
    int from = bytes.position();
    while (from < bytes.limit()) {
      if (!staging.hasRemaining()) {
        file.writeThroughFully(staging.flip(), here);
        here += staging.capacity();
        staging.clear();
      }
      int count = Math.min(staging.remaining(), bytes.limit() - from);
      staging.put(staging.position(), bytes, from, count).position(staging.position() + count);
      from += count;
    }
    return here;
  }

  /** For the next group: most buffers never see one that needs it. */
  private void grow(long bytes) {
    if (bytes > staging.capacity() && staging.capacity() < MOST_BYTES) {
      try {
        ByteBuffer larger = aligned(staging.capacity() * 2);
        larger.put(0, staging, 0, Math.max(0, known));
        staging = larger;
      } catch (OutOfMemoryError tooMuch) {
        // It goes in more than one write then.
      }
    }
  }
}
