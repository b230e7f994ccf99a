package io.holdfast.engine.progress;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Bounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The cursor sidecar of Quiver v1, 24 bytes: magic {@code QUIVER\0T} | version u16 = 1 | size u16 =
 * 24 | WAL position u64 | CRC-32 u32 of all before it.
 */
public final class CursorFile {
  /** Its name. */
  public static final String NAME = "wal/quiver.wal.cursor";

  /** The name under which the Rust engine writes it first. */
  public static final String TEMPORARY = "wal/quiver.wal.cursor.tmp";

  private static final String FOLDER = "wal";
  private static final byte[] MAGIC = "QUIVER\0T".getBytes(StandardCharsets.US_ASCII);
  private static final int BYTES = 24;
  private static final int CRC_BYTES = 4;

  private CursorFile() {}

  /** The position, unless the file is missing, damaged or of a version that cannot be read. */
  public static OptionalLong read(Storage storage) throws IOException {
    Optional<byte[]> read = Envelope.bytes(storage, NAME);
    if (read.isEmpty() || read.get().length < BYTES) {
      return OptionalLong.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(read.get()).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    int version = Short.toUnsignedInt(bytes.getShort());
    int size = Short.toUnsignedInt(bytes.getShort());
    long position = bytes.getLong();
    if (!Arrays.equals(magic, MAGIC)
        || version < 1
        || (version == 1 && size != BYTES)
        || size < BYTES
        || size > bytes.capacity()
        || !Bounds.isPossible(position)
        || Envelope.crc(bytes.array(), size - CRC_BYTES) != bytes.getInt(size - CRC_BYTES)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(position);
  }

  /** Replaces it, durably. */
  public static void write(Storage storage, long position) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putShort((short) 1).putShort((short) BYTES).putLong(position);
    bytes.putInt(Envelope.crc(bytes.array(), BYTES - CRC_BYTES));
    Envelope.replace(storage, FOLDER, NAME, bytes.flip());
  }
}
