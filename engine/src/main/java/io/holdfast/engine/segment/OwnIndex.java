package io.holdfast.engine.segment;

import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The index of a segment of ours, from its identity blocks: each makes up for the other. */
final class OwnIndex extends SegmentIndex {
  private final StorageFile file;
  private final IdentityBlock.Head head;
  private final ByteBuffer block;

  /** Where the other copy starts; -1 when there is none. */
  private final long otherAt;

  private final int[] places;
  private final IdentityBlock.Bundle[] bundles;

  /** Those that were asked for. */
  private final Map<Integer, IdentityBlock.Stream> streams = new ConcurrentHashMap<>();

  private OwnIndex(
      StorageFile file,
      IdentityBlock.Head head,
      ByteBuffer block,
      long otherAt,
      long[] keys,
      int[] places,
      IdentityBlock.Bundle[] bundles,
      List<String> problems) {
    super(keys, problems);
    this.file = file;
    this.head = head;
    this.block = block;
    this.otherAt = otherAt;
    this.places = places;
    this.bundles = bundles;
  }

  /**
   * Reads an index.
   *
   * @param file stays open as long as the index is used
   * @param name for messages
   * @param blockAt where the block behind the manifest starts; -1 when that is not known
   * @throws DamagedSegmentException when neither copy can be read
   */
  static OwnIndex read(StorageFile file, String name, long blockAt) throws IOException {
    long size = file.size();
    IdentityBlock.Head head = blockAt < 0 ? null : readHead(file, blockAt, size);
    IdentityBlock.Head first = readHead(file, 0, size);
    long at = head == null ? 0 : blockAt;
    long otherAt = head == null ? -1 : first == null ? -1 : 0;
    if (head == null) {
      head = first;
    }
    if (head == null) {
      // Not for ever if it is the disk that refuses.
      bytes(file, 0, IdentityBlock.HEAD_BYTES);
      throw new DamagedSegmentException("both identity blocks of " + name + " are damaged");
    }
    ByteBuffer block = orZeros(file, at, Math.toIntExact(Math.min(head.length(), size - at)));
    long[] keys = new long[head.bundles()];
    int[] places = new int[head.bundles()];
    IdentityBlock.Bundle[] bundles = new IdentityBlock.Bundle[head.bundles()];
    int count = 0;
    for (int i = 0; i < head.bundles(); i++) {
      IdentityBlock.Bundle bundle =
          record(
              file,
              block,
              otherAt,
              head.bundleAt(i),
              IdentityBlock.BUNDLE_BYTES,
              IdentityBlock::bundle);
      if (bundle != null && (count == 0 || bundle.sequence() > keys[count - 1])) {
        keys[count] = bundle.sequence();
        places[count] = i;
        bundles[count++] = bundle;
      }
    }
    List<String> problems = new ArrayList<>();
    if (count < head.bundles()) {
      problems.add(
          (head.bundles() - count)
              + " bundles with sequences from "
              + head.summary().first()
              + " to "
              + head.summary().last()
              + " are lost: their records in "
              + name
              + " are damaged");
    }
    return new OwnIndex(
        file, head, block, otherAt, Arrays.copyOf(keys, count), places, bundles, problems);
  }

  private static IdentityBlock.@Nullable Head readHead(StorageFile file, long at, long size)
      throws IOException {
    if (at > size - IdentityBlock.HEAD_BYTES) {
      return null;
    }
    IdentityBlock.Head head = IdentityBlock.head(orZeros(file, at, IdentityBlock.HEAD_BYTES), 0);
    // A copy that is cut may still be the one that is left; but never allocate for what cannot be.
    return head == null || head.length() > Integer.MAX_VALUE ? null : head;
  }

  /** What the disk refuses is zeros: the other copy makes up for it. */
  private static ByteBuffer orZeros(StorageFile file, long at, int length) {
    try {
      return bytes(file, at, length);
    } catch (IOException refused) {
      return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static ByteBuffer bytes(StorageFile file, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    boolean _ = file.readFully(bytes, at);
    return bytes.flip();
  }

  private interface Parser<T> {
    @Nullable T parse(ByteBuffer bytes, int at);
  }

  private static <T> @Nullable T record(
      StorageFile file, ByteBuffer block, long otherAt, long at, int length, Parser<T> parse)
      throws IOException {
    T found = parse.parse(block, (int) Math.min(at, Integer.MAX_VALUE - length));
    if (found == null && otherAt >= 0) {
      return parse.parse(bytes(file, otherAt + at, length), 0);
    }
    return found;
  }

  @Override
  int place(int index) {
    return places[index];
  }

  @Override
  int items(int index) {
    return bundles[index].items();
  }

  @Override
  int length(int index) {
    return bundles[index].length();
  }

  @Override
  Identity identity(int index) {
    IdentityBlock.Bundle bundle = bundles[index];
    return new Identity(bundle.sequence(), bundle.time(), bundle.crc());
  }

  @Override
  long logSequence(int index) {
    return bundles[index].logSequence();
  }

  @Override
  List<SlotParts> slots(int index) throws IOException {
    IdentityBlock.Bundle bundle = bundles[index];
    List<SlotParts> slots = new ArrayList<>();
    for (int i = 0; i < bundle.chunks(); i++) {
      IdentityBlock.Chunk chunk =
          record(
              file,
              block,
              otherAt,
              head.chunkAt(bundle.firstChunk() + i),
              IdentityBlock.CHUNK_BYTES,
              IdentityBlock::chunk);
      if (chunk == null) {
        throw new DamagedSegmentException("its chunk records are damaged");
      }
      IdentityBlock.Stream stream = stream(chunk.stream());
      slots.add(
          new SlotParts(
              chunk.slot(),
              stream.fingerprint(),
              chunk.rows(),
              List.of(
                  new SlotParts.Part(stream.offset(), stream.length(), true, stream.crc()),
                  new SlotParts.Part(chunk.offset(), chunk.length(), true, chunk.crc()))));
    }
    return slots;
  }

  private IdentityBlock.Stream stream(int number) throws IOException {
    IdentityBlock.Stream known = streams.get(number);
    if (known != null) {
      return known;
    }
    IdentityBlock.Stream stream =
        record(
            file,
            block,
            otherAt,
            head.streamAt(number),
            IdentityBlock.STREAM_BYTES,
            IdentityBlock::stream);
    if (stream == null) {
      throw new DamagedSegmentException("its stream record is damaged");
    }
    streams.put(number, stream);
    return stream;
  }
}
