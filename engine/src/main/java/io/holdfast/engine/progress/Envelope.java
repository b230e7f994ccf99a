package io.holdfast.engine.progress;

import io.holdfast.engine.UnsupportedVersionException;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What all files of our own have in common: magic (8 bytes), version u16, length u32 of the
 * content, content, CRC-32 u32 of all before it; little-endian.
 */
final class Envelope {
  /** Appended to the name of a file that is being written. */
  static final String TEMPORARY = ".tmp";

  private static final int MAGIC_BYTES = 8;
  private static final int HEAD_BYTES = MAGIC_BYTES + 2 + 4;
  private static final int CRC_BYTES = 4;

  /** None of these files comes near; a length beyond it is damage. */
  private static final int MAX_BYTES = 64 << 20;

  private Envelope() {}

  /** What reading gave. */
  sealed interface Result {
    /** The content, little-endian. */
    record Content(ByteBuffer bytes) implements Result {}

    /** There is no such file. */
    record Missing() implements Result {}

    /** The file is not what was written. */
    record Damaged(String why) implements Result {}
  }

  /** The file around this content. */
  static ByteBuffer wrap(String magic, int version, ByteBuffer content) {
    ByteBuffer file =
        ByteBuffer.allocate(HEAD_BYTES + content.remaining() + CRC_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(magic.getBytes(StandardCharsets.US_ASCII)).position(MAGIC_BYTES);
    file.putShort((short) version).putInt(content.remaining()).put(content.duplicate());
    file.putInt(crc(file.array(), file.position()));
    return file.flip();
  }

  /**
   * Reads a file.
   *
   * @throws UnsupportedVersionException when it is whole, and of another version
   */
  static Result read(Storage storage, String name, String magic, int version) throws IOException {
    Optional<byte[]> read = bytes(storage, name);
    if (read.isEmpty()) {
      return new Result.Missing();
    }
    byte[] bytes = read.get();
    if (bytes.length < HEAD_BYTES + CRC_BYTES) {
      return new Result.Damaged("it has only " + bytes.length + " bytes");
    }
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    byte[] expected = new byte[MAGIC_BYTES];
    byte[] name8 = magic.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name8, 0, expected, 0, name8.length);
    byte[] found = new byte[MAGIC_BYTES];
    file.get(found);
    int foundVersion = Short.toUnsignedInt(file.getShort());
    int length = file.getInt();
    if (length < 0 || length != bytes.length - HEAD_BYTES - CRC_BYTES) {
      return new Result.Damaged("its length is wrong");
    }
    if (crc(bytes, HEAD_BYTES + length) != file.getInt(HEAD_BYTES + length)) {
      return new Result.Damaged("its checksum is wrong");
    }
    if (!java.util.Arrays.equals(expected, found)) {
      return new Result.Damaged("it is a file of another kind");
    }
    if (foundVersion != version) {
      throw new UnsupportedVersionException(
          storage.describe(name)
              + " is of version "
              + foundVersion
              + ", and this Holdfast knows version "
              + version
              + ": open it with the Holdfast that wrote it; nothing was changed");
    }
    return new Result.Content(file.slice(HEAD_BYTES, length).order(ByteOrder.LITTLE_ENDIAN));
  }

  /** Why a file cannot be one, whatever its kind; empty when it can, or when it is gone. */
  static Optional<String> damage(Storage storage, String name) throws IOException {
    Optional<byte[]> read = bytes(storage, name);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = read.get();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int content = bytes.length - HEAD_BYTES - CRC_BYTES;
    if (content < 0) {
      return Optional.of("it has only " + bytes.length + " bytes");
    }
    if (file.getInt(MAGIC_BYTES + 2) != content) {
      return Optional.of("its length is wrong");
    }
    return crc(bytes, HEAD_BYTES + content) == file.getInt(HEAD_BYTES + content)
        ? Optional.empty()
        : Optional.of("its checksum is wrong");
  }

  /** The whole of a small file; empty when there is none. */
  static Optional<byte[]> bytes(Storage storage, String name) throws IOException {
    try (StorageFile file = storage.openForRead(name)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), MAX_BYTES));
      boolean _ = file.readFully(bytes, 0);
      return Optional.of(java.util.Arrays.copyOf(bytes.array(), bytes.position()));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  /** Writes a file beside its name and syncs it; {@link #publish} gives it the name. */
  static void prepare(Storage storage, String name, ByteBuffer bytes) throws IOException {
    String temporary = name + TEMPORARY;
    storage.delete(temporary);
    try (StorageFile file = storage.create(temporary)) {
      file.writeFully(bytes.duplicate(), 0);
      file.syncAll();
    } catch (IOException failed) {
      // On a full disk what it took is wanted elsewhere.
      discard(storage, temporary, failed);
      throw failed;
    }
  }

  private static void discard(Storage storage, String temporary, IOException failed) {
    try {
      storage.delete(temporary);
    } catch (IOException also) {
      failed.addSuppressed(also);
    }
  }

  /** Gives a prepared file its name. The caller syncs the folder. */
  static void publish(Storage storage, String name) throws IOException {
    try {
      storage.rename(name + TEMPORARY, name);
    } catch (IOException failed) {
      // Nobody may come again for a file that is not there yet.
      discard(storage, name + TEMPORARY, failed);
      throw failed;
    }
  }

  /** Replaces a file, durably. */
  static void replace(Storage storage, String folder, String name, ByteBuffer bytes)
      throws IOException {
    prepare(storage, name, bytes);
    publish(storage, name);
    storage.syncDirectory(folder);
  }

  /**
   * Writes over a file that is there and no smaller, durably: it takes no space. A power cut may
   * leave neither the old nor the new content, so this is for a full disk only.
   *
   * @throws java.nio.file.NoSuchFileException when it is not there
   */
  static void overwrite(Storage storage, String name, ByteBuffer bytes) throws IOException {
    try (StorageFile file = storage.open(name)) {
      file.writeFully(bytes.duplicate(), 0);
      file.syncAll();
    }
  }

  static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
