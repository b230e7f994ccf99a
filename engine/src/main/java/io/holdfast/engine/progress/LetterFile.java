package io.holdfast.engine.progress;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Bounds;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code letters/<number>} in a dead-letter buffer, version 1: why a bundle is there. The number is
 * the bundle's sequence in that buffer. Content: number u64 | identity in the source: sequence i64,
 * ingestion time i64 ns, CRC u32 | content CRC u32 | attempts u32 | when it was given up, i64 ns
 * since the epoch | reason UTF-8, up to the end.
 *
 * @param number of the letter
 * @param source what it was
 * @param contentCrc of which rows it is: the source's CRC for all, else the checksum of the slots
 * @param attempts how many counted against it
 * @param time when it was given up, in nanoseconds since the epoch
 * @param reason why, in words
 */
public record LetterFile(
    long number, Identity source, int contentCrc, int attempts, long time, String reason) {
  /** The folder of these files. */
  public static final String FOLDER = "letters";

  /** About what one takes on a disk: a block. */
  public static final long DISK_BYTES = 4096;

  private static final String MAGIC = "HFLETTER";
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 8 + 8 + 8 + 4 + 4 + 4 + 8;
  private static final int MAX_REASON = 2000;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");

  /** Two of them can be added. */
  private static final int MOST_ATTEMPTS = (1 << 30) - 1;

  /** Cuts a reason that is too long to be one. */
  public LetterFile {
    if (reason.length() > MAX_REASON) {
      reason = reason.substring(0, MAX_REASON) + "…";
    }
  }

  private static String name(long number) {
    return FOLDER + "/" + number;
  }

  /** The numbers that have a file. */
  public static List<Long> list(Storage storage) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String name : storage.list(FOLDER)) {
      if (NUMBER.matcher(name).matches()) {
        long number = Long.parseUnsignedLong(name);
        if (Bounds.isPossible(number)) {
          numbers.add(number);
        }
      }
    }
    return numbers;
  }

  /** Reads one; empty when it is missing or damaged. */
  public static Optional<LetterFile> read(Storage storage, long number) throws IOException {
    if (!(Envelope.read(storage, name(number), MAGIC, VERSION)
            instanceof Envelope.Result.Content(ByteBuffer content))
        || content.remaining() < FIXED_BYTES
        || content.getLong() != number) {
      return Optional.empty();
    }
    Identity source = new Identity(content.getLong(), content.getLong(), content.getInt());
    int contentCrc = content.getInt();
    int attempts = Math.clamp(content.getInt(), 0, MOST_ATTEMPTS);
    long time = content.getLong();
    String reason = StandardCharsets.UTF_8.decode(content).toString();
    return Optional.of(new LetterFile(number, source, contentCrc, attempts, time, reason));
  }

  /** Writes or replaces it, durably. */
  public void write(Storage storage) throws IOException {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    ByteBuffer content =
        ByteBuffer.allocate(FIXED_BYTES + text.length).order(ByteOrder.LITTLE_ENDIAN);
    content.putLong(number);
    content.putLong(source.sequence()).putLong(source.time()).putInt(source.crc());
    content.putInt(contentCrc).putInt(attempts).putLong(time).put(text);
    Envelope.replace(storage, FOLDER, name(number), Envelope.wrap(MAGIC, VERSION, content.flip()));
  }

  /** Deletes one. It may come back after a power cut, and is worth nothing then. */
  public static void delete(Storage storage, long number) throws IOException {
    storage.delete(name(number));
  }
}
