package io.holdfast.engine.segment;

import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The two identity blocks of a segment: of one all is read, of the other what is damaged in it.
 * Thread-safe once its head was read.
 */
final class Copies {
  private final StorageFile file;
  private final long size;
  private long blockAt;

  /** Where the other one starts; below zero when that is not known. */
  private long otherAt;

  private ByteBuffer block = ByteBuffer.allocate(0);

  /** What the disk has said when it refused a part: damaged for ever is only what was read. */
  private @Nullable IOException refused;

  /**
   * The blocks of a file.
   *
   * @param file stays open as long as this is used
   * @param behind where the block behind the manifest starts; -1 when that is not known
   */
  Copies(StorageFile file, long behind) throws IOException {
    this.file = file;
    this.size = file.size();
    this.blockAt = behind;
    this.otherAt = 0;
  }

  /** Finds the parts of a record in its bytes; null when they are damaged. */
  interface Parser<T> {
    @Nullable T parse(ByteBuffer bytes, int at);
  }

  /**
   * Reads the head, and the block that it is of.
   *
   * @param name of the file, for messages
   * @throws DamagedSegmentException when there is none
   */
  IdentityBlock.Head head(String name) throws IOException {
    IdentityBlock.Head head = blockAt < 0 ? null : headAt(blockAt);
    if (head == null) {
      otherAt = blockAt;
      blockAt = 0;
      head = headAt(0);
    }
    if (head == null) {
      throwIfRefused();
      throw new DamagedSegmentException("both identity blocks of " + name + " are damaged");
    }
    block = orZeros(blockAt, Math.toIntExact(Math.min(head.length(), size - blockAt)));
    return head;
  }

  private IdentityBlock.@Nullable Head headAt(long at) {
    if (at > size - IdentityBlock.HEAD_BYTES) {
      return null;
    }
    IdentityBlock.Head head = IdentityBlock.head(orZeros(at, IdentityBlock.HEAD_BYTES), 0);
    // A copy that is cut may still be the one that is left; but never allocate for what cannot be.
    return head == null || head.length() > Integer.MAX_VALUE ? null : head;
  }

  /**
   * A record.
   *
   * @param at from the start of a block
   * @return null when it is damaged in both
   * @throws IOException when the disk refuses one of them and the other one does not make up for it
   */
  <T> @Nullable T record(long at, int length, Parser<T> parser) throws IOException {
    T found = parser.parse(block, (int) Math.min(at, Integer.MAX_VALUE - length));
    if (found == null && otherAt >= 0) {
      found = parser.parse(bytes(otherAt + at, length), 0);
    }
    if (found == null) {
      throwIfRefused();
    }
    return found;
  }

  private void throwIfRefused() throws IOException {
    if (refused != null) {
      throw new IOException(refused.getMessage(), refused);
    }
  }

  /** What the disk refuses is zeros: the other block makes up for it. */
  private ByteBuffer orZeros(long at, int length) {
    try {
      return bytes(at, length);
    } catch (IOException e) {
      refused = e;
      return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private ByteBuffer bytes(long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    boolean _ = file.readFully(bytes, at);
    return bytes.flip();
  }
}
