package io.holdfast.engine.segment;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.ipc.IpcFile;
import io.holdfast.engine.ipc.PayloadLayout;
import io.holdfast.engine.stored.Crc;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.StoredSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a segment is to hold: each bundle is read once, checked, and its messages sorted into
 * streams. A batch whose schema or dictionaries differ from those of a stream gets a stream of its
 * own, so nothing is decoded and nothing rewritten. One thread.
 */
public final class SegmentPlan {
  /** The messages that all batches of a stream share. */
  record Stream(
      int id,
      int slot,
      SchemaFingerprint fingerprint,
      Survivor source,
      int headAt,
      PayloadLayout layout,
      int headCrc,
      List<Chunk> chunks) {
    long rows() {
      return chunks.stream().mapToLong(Chunk::rows).sum();
    }

    /** The bytes of all its messages. */
    long messageBytes() {
      long bytes = layout.headLength();
      for (Chunk chunk : chunks) {
        bytes += chunk.length();
      }
      return bytes;
    }
  }

  /** A record batch message, {@code at} its offset in the bundle's memory. */
  record Chunk(
      Survivor source,
      int stream,
      int index,
      int rows,
      int at,
      int metadataLength,
      int bodyLength,
      int crc) {
    int length() {
      return metadataLength + bodyLength;
    }
  }

  /** A bundle. */
  record Bundle(
      Survivor source, Identity logIdentity, int length, List<Integer> slots, List<Chunk> chunks) {}

  private final Map<String, Stream> streams = new LinkedHashMap<>();
  private final List<Stream> byId = new ArrayList<>();
  private final List<Bundle> bundles = new ArrayList<>();
  private final long targetBytes;
  private long bytes;

  /** A segment of about so many bytes, as they are counted in the log. */
  public SegmentPlan(long targetBytes) {
    this.targetBytes = targetBytes;
  }

  /** Whether nothing more should go in. */
  public boolean isFull() {
    return bytes >= targetBytes
        || bundles.size() >= SegmentFormat.MAX_OWN_BUNDLES
        || byId.size() > SegmentFormat.MAX_OWN_STREAMS - RecordBundle.MAX_SLOTS;
  }

  /** Whether nothing is in. */
  public boolean isEmpty() {
    return bundles.isEmpty();
  }

  /**
   * Takes a bundle in; later ones have higher sequences.
   *
   * @throws io.holdfast.engine.stored.DamagedBundleException when it cannot be read any more
   */
  public void add(Survivor survivor) throws IOException {
    try (StoredBundle bundle = survivor.read()) {
      List<Integer> slots = new ArrayList<>();
      List<Chunk> chunks = new ArrayList<>();
      for (StoredSlot slot : bundle.slots()) {
        slots.add(slot.id());
        chunks.add(add(survivor, slot));
      }
      bundles.add(new Bundle(survivor, bundle.identity(), bundle.length(), slots, chunks));
      bytes += bundle.length();
    }
  }

  private Chunk add(Survivor survivor, StoredSlot slot) throws IOException {
    ByteBuffer payload = slot.payload();
    PayloadLayout layout = PayloadLayout.of(payload);
    ByteBuffer head = payload.slice(0, layout.headLength());
    String key = slot.id() + " " + slot.fingerprint() + " " + digest(head);
    if (!streams.containsKey(key)) {
      IpcFile.checkSchema(payload.slice(layout.schema().offset(), layout.schema().length()));
    }
    Stream stream =
        streams.computeIfAbsent(
            key,
            unknown ->
                new Stream(
                    byId.size(),
                    slot.id(),
                    slot.fingerprint(),
                    survivor,
                    slot.payloadAt(),
                    layout,
                    Crc.of(head, 0, head.limit()),
                    new ArrayList<>()));
    if (stream.id == byId.size()) {
      byId.add(stream);
    }
    PayloadLayout.Part batch = layout.batch();
    Chunk chunk =
        new Chunk(
            survivor,
            stream.id,
            stream.chunks.size(),
            slot.rowCount(),
            slot.payloadAt() + batch.offset(),
            batch.metadataLength(),
            batch.bodyLength(),
            Crc.of(payload, batch.offset(), batch.length()));
    stream.chunks.add(chunk);
    return chunk;
  }

  private static String digest(ByteBuffer head) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(head.duplicate());
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  List<Stream> streams() {
    return byId;
  }

  List<Bundle> bundles() {
    return bundles;
  }

  /** The sequence of the first bundle. */
  public long firstSequence() {
    return bundles.getFirst().source.sequence();
  }

  /** The sequence of the last bundle. */
  public long lastSequence() {
    return bundles.getLast().source.sequence();
  }

  /** What it takes in the log; about what it will take as a segment. */
  public long bytes() {
    return bytes;
  }

  /** How many bundles are in. */
  public int size() {
    return bundles.size();
  }
}
