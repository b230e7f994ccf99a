package io.holdfast.engine.segment;

import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The index of a segment of ours, from its identity blocks: each makes up for the other. */
final class OwnIndex extends SegmentIndex {
  private final IdentityBlock.Head head;
  private final Copies copies;

  private final int[] places;
  private final IdentityBlock.Bundle[] bundles;

  /** Those that were asked for. */
  private final Map<Integer, IdentityBlock.Stream> streams = new ConcurrentHashMap<>();

  private OwnIndex(
      IdentityBlock.Head head,
      Copies copies,
      long[] keys,
      int[] places,
      IdentityBlock.Bundle[] bundles,
      List<String> problems) {
    super(keys, problems);
    this.head = head;
    this.copies = copies;
    this.places = places;
    this.bundles = bundles;
  }

  /**
   * Reads an index.
   *
   * @param file stays open as long as the index is used
   * @param segment what the file is known as
   * @param name for messages
   * @param blockAt where the block behind the manifest starts; -1 when that is not known
   * @throws DamagedSegmentException when neither copy can be read, or they are of another segment
   */
  static OwnIndex read(StorageFile file, SegmentFile segment, String name, long blockAt)
      throws IOException {
    Copies copies = new Copies(file, blockAt);
    IdentityBlock.Head head = copies.head(name);
    if (head.bundles() != segment.bundles() || !head.summary().equals(segment.summary())) {
      throw new DamagedSegmentException("its footer and its identity block do not agree");
    }
    long[] keys = new long[head.bundles()];
    int[] places = new int[head.bundles()];
    IdentityBlock.Bundle[] bundles = new IdentityBlock.Bundle[head.bundles()];
    int count = 0;
    for (int i = 0; i < head.bundles(); i++) {
      IdentityBlock.Bundle bundle =
          copies.record(head.bundleAt(i), IdentityBlock.BUNDLE_BYTES, IdentityBlock::bundle);
      if (bundle != null
          && head.canHave(bundle)
          && (count == 0 || bundle.sequence() > keys[count - 1])) {
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
    return new OwnIndex(head, copies, Arrays.copyOf(keys, count), places, bundles, problems);
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
          copies.record(
              head.chunkAt(bundle.firstChunk() + i),
              IdentityBlock.CHUNK_BYTES,
              IdentityBlock::chunk);
      if (chunk == null || !head.canHave(chunk)) {
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
        copies.record(head.streamAt(number), IdentityBlock.STREAM_BYTES, IdentityBlock::stream);
    if (stream == null || stream.offset() < 0 || stream.length() < 0) {
      throw new DamagedSegmentException("its stream record is damaged");
    }
    streams.put(number, stream);
    return stream;
  }
}
