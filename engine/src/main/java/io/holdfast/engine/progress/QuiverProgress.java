package io.holdfast.engine.progress;

import io.holdfast.engine.UnsupportedVersionException;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Bounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code quiver.sub.<id>}, Quiver v1: what a subscriber has resolved, segment by segment. Magic
 * {@code QUIVSUB\0} | version u16 = 1 | header size u16 = 32 | flags u16 | oldest incomplete
 * segment u64 | entries u32 | 6 zero bytes | for each segment: number u64, bundles u32, words u16,
 * a bit for each bundle in words of u64 | CRC u32 of all before it.
 *
 * @param oldestIncomplete segments below it that are not listed are finished; 0: those up to the
 *     highest listed one
 * @param segments what is resolved of each segment that is listed, by number
 */
public record QuiverProgress(long oldestIncomplete, Map<Long, Entry> segments) {
  /** More bundles of one segment than this cannot be told. */
  public static final int MAX_BUNDLES = 65_536;

  private static final String PREFIX = "quiver.sub.";
  private static final byte[] MAGIC = "QUIVSUB\0".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 32;
  private static final int ENTRY_BYTES = 14;
  private static final int MAX_ENTRIES = 1_000_000;
  private static final int MAX_WORDS = MAX_BUNDLES / 64;
  private static final int CRC_BYTES = 4;

  /**
   * A segment.
   *
   * @param bundles how many it has
   * @param resolved bit i is bundle i of its manifest
   */
  public record Entry(int bundles, BitSet resolved) {}

  /** What was read of a subscriber. */
  public sealed interface Read {
    /** Its progress. */
    record Known(QuiverProgress progress) implements Read {}

    /** The file is not what was written. */
    record Damaged() implements Read {}
  }

  /** The subscribers that have a file. */
  public static List<String> list(Storage storage) throws IOException {
    List<String> ids = new ArrayList<>();
    for (String name : storage.list("")) {
      if (name.startsWith(PREFIX) && ProgressFile.isLegal(name.substring(PREFIX.length()))) {
        ids.add(name.substring(PREFIX.length()));
      }
    }
    return ids;
  }

  /** Reads the file of a subscriber; empty when there is none. */
  public static Optional<Read> read(Storage storage, String id) throws IOException {
    Optional<byte[]> bytes = Envelope.bytes(storage, PREFIX + id);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    refuseOtherVersion(storage, id, bytes.get());
    QuiverProgress progress = parse(bytes.get());
    return Optional.of(progress == null ? new Read.Damaged() : new Read.Known(progress));
  }

  /** Of another version is only what its checksum confirms. */
  private static void refuseOtherVersion(Storage storage, String id, byte[] file) {
    if (file.length < HEADER_BYTES + CRC_BYTES
        || !Arrays.equals(Arrays.copyOf(file, MAGIC.length), MAGIC)) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int version = Short.toUnsignedInt(bytes.getShort(MAGIC.length));
    int end = file.length - CRC_BYTES;
    if (version != VERSION && Envelope.crc(file, end) == bytes.getInt(end)) {
      throw new UnsupportedVersionException(
          storage.describe(PREFIX + id)
              + " is of version "
              + version
              + ", and this Holdfast knows version 1: open it with the program that wrote it;"
              + " nothing was changed");
    }
  }

  private static @Nullable QuiverProgress parse(byte[] file) {
    if (file.length < HEADER_BYTES + CRC_BYTES) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    int version = Short.toUnsignedInt(bytes.getShort());
    int header = Short.toUnsignedInt(bytes.getShort());
    bytes.getShort();
    long oldest = bytes.getLong();
    int entries = bytes.getInt();
    int end = file.length - CRC_BYTES;
    if (!Arrays.equals(magic, MAGIC)
        || version != VERSION
        || header < HEADER_BYTES
        || header > end
        || entries < 0
        || entries > MAX_ENTRIES
        || !Bounds.isFollowed(oldest)
        || Envelope.crc(file, end) != bytes.getInt(end)) {
      return null;
    }
    bytes.position(header).limit(end);
    Map<Long, Entry> segments = new TreeMap<>();
    for (int i = 0; i < entries; i++) {
      if (bytes.remaining() < ENTRY_BYTES) {
        return null;
      }
      long number = bytes.getLong();
      int bundles = bytes.getInt();
      int words = Short.toUnsignedInt(bytes.getShort());
      if (bundles < 0
          || words > MAX_WORDS
          || words != (bundles + 63L) / 64
          || bytes.remaining() < 8 * words) {
        return null;
      }
      long[] bits = new long[words];
      for (int word = 0; word < words; word++) {
        bits[word] = bytes.getLong();
      }
      BitSet resolved = BitSet.valueOf(bits);
      resolved.clear(bundles, Math.max(bundles, resolved.length()));
      if (!Bounds.isFollowed(number)) {
        return null;
      }
      segments.put(number, new Entry(bundles, resolved));
    }
    return new QuiverProgress(oldest, segments);
  }

  /**
   * What is resolved of a segment.
   *
   * @param bundles that it has
   */
  public BitSet resolvedOf(long number, int bundles) {
    Entry entry = segments.get(number);
    if (entry != null) {
      // A claim of other bundles than it has is about another segment.
      return entry.bundles == bundles ? entry.resolved : new BitSet();
    }
    long highest = segments.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
    boolean finished = oldestIncomplete > 0 ? number < oldestIncomplete : number <= highest;
    BitSet all = new BitSet(bundles);
    all.set(0, finished ? bundles : 0);
    return all;
  }

  /** The highest segment number that it tells of, -1 when of none. */
  public long highestNumber() {
    long highest = oldestIncomplete - 1;
    for (long number : segments.keySet()) {
      highest = Math.max(highest, number);
    }
    return highest;
  }

  /** Writes it beside its name and syncs it; {@link #publish} gives it the name. */
  public void prepare(Storage storage, String id) throws IOException {
    int size = HEADER_BYTES + CRC_BYTES;
    for (Entry entry : segments.values()) {
      size += ENTRY_BYTES + 8 * words(entry);
    }
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putShort((short) VERSION).putShort((short) HEADER_BYTES).putShort((short) 0);
    bytes.putLong(oldestIncomplete).putInt(segments.size()).position(HEADER_BYTES);
    segments.forEach(
        (number, entry) -> {
          bytes.putLong(number).putInt(entry.bundles).putShort((short) words(entry));
          long[] bits = entry.resolved.toLongArray();
          for (int word = 0; word < words(entry); word++) {
            bytes.putLong(word < bits.length ? bits[word] : 0);
          }
        });
    bytes.putInt(Envelope.crc(bytes.array(), bytes.position()));
    Envelope.prepare(storage, PREFIX + id, bytes.flip());
  }

  private static int words(Entry entry) {
    return (entry.bundles + 63) / 64;
  }

  /** Gives a prepared file its name. The caller syncs the root folder. */
  public static void publish(Storage storage, String id) throws IOException {
    Envelope.publish(storage, PREFIX + id);
  }

  /** Deletes the file. The caller syncs the root folder. */
  public static void delete(Storage storage, String id) throws IOException {
    storage.delete(PREFIX + id);
  }
}
