package io.holdfast.engine.segment;

import io.holdfast.engine.ipc.IpcFile;
import io.holdfast.engine.ipc.PayloadLayout;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Crc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Writes a plan as a segment: beside its name, synced, renamed, the directory synced. The messages
 * are copied from where the bundles lie. After a throw there is no segment, and the plan may be
 * written again.
 */
public final class SegmentWriter {
  private static final int STAGING_BYTES = 256 << 10;

  private final Storage storage;
  private final BufferPool pool;
  private final SegmentTables tables;

  /** A writer for one storage; one thread at a time. */
  public SegmentWriter(Storage storage, BufferPool pool, BufferAllocator allocator) {
    this.storage = storage;
    this.pool = pool;
    this.tables = new SegmentTables(pool, allocator);
  }

  /**
   * The part of the log that a segment stands for.
   *
   * @param first the first sequence
   * @param last the last one
   * @param positionStart the WAL position of the first entry
   * @param positionEnd behind the last entry
   */
  public record Range(long first, long last, long positionStart, long positionEnd) {}

  /** A segment before its first byte is written. */
  public static final class Draft {
    private final Layout layout;
    private final long number;

    private Draft(Layout layout, long number) {
      this.layout = layout;
      this.number = number;
    }

    /** The bytes that it will take. */
    public long size() {
      return layout.size;
    }
  }

  /** Lays the segment {@code number} out. */
  public Draft draft(SegmentPlan plan, long number, Range range) throws IOException {
    return new Draft(new Layout(plan, number, range), number);
  }

  /** Writes a segment, durably. */
  public SegmentFile write(Draft draft) throws IOException {
    long number = draft.number;
    Layout layout = draft.layout;
    String name = SegmentFormat.name(number);
    String temporary = name + ".tmp";
    storage.createDirectory(SegmentFormat.FOLDER);
    storage.delete(temporary);
    boolean done = false;
    boolean named = false;
    PooledBuffer staging = pool.take(STAGING_BYTES);
    try {
      int crc;
      try (StorageFile file = storage.create(temporary)) {
        crc = layout.write(new Sink(file, staging.buffer()));
        file.syncAll();
      }
      storage.rename(temporary, name);
      named = true;
      storage.syncDirectory(SegmentFormat.FOLDER);
      done = true;
      makeReadOnly(name);
      return SegmentFile.written(number, layout.size, layout.footer(), crc);
    } finally {
      staging.release();
      if (!done) {
        // One that nobody here counts would be another engine's to deliver.
        discard(named ? name : temporary);
      }
    }
  }

  private void makeReadOnly(String name) {
    try {
      storage.setReadOnly(name);
    } catch (IOException ignored) {
      // The mode is a courtesy.
    }
  }

  private void discard(String temporary) {
    try {
      storage.delete(temporary);
    } catch (IOException ignored) {
      // It is deleted before the next one is written, and when the buffer opens.
    }
  }

  /** Where everything goes: known before the first byte is written. */
  private final class Layout {
    private final SegmentPlan plan;
    private final ByteBuffer block;
    private final byte[][] tails;
    private final long[] offsets;
    private final byte[] directory;
    private final byte[] manifest;
    private final long directoryOffset;
    private final SegmentSummary summary;
    private final long size;

    Layout(SegmentPlan plan, long number, Range range) throws IOException {
      this.plan = plan;
      this.summary = summary(plan, range);
      List<SegmentPlan.Stream> streams = plan.streams();
      int chunks = plan.bundles().stream().mapToInt(bundle -> bundle.chunks().size()).sum();
      IdentityBlock.Head head =
          new IdentityBlock.Head(streams.size(), plan.bundles().size(), chunks, number, summary);
      this.tails = new byte[streams.size()][];
      this.offsets = new long[streams.size()];
      long[] lengths = new long[streams.size()];
      long at = head.length();
      for (int i = 0; i < offsets.length; i++) {
        SegmentPlan.Stream stream = streams.get(i);
        offsets[i] = SegmentFormat.align(at);
        tails[i] = tail(stream);
        lengths[i] = IpcFile.HEAD_BYTES + stream.messageBytes() + tails[i].length;
        at = offsets[i] + lengths[i];
      }
      this.directoryOffset = at;
      this.directory = tables.directory(plan, offsets, lengths);
      this.manifest = tables.manifest(plan);
      this.block = block(head);
      this.size =
          directoryOffset
              + directory.length
              + manifest.length
              + block.remaining()
              + SegmentFormat.OWN_FOOTER_BYTES
              + SegmentFormat.TRAILER_BYTES;
    }

    private static SegmentSummary summary(SegmentPlan plan, Range range) {
      long min = Long.MAX_VALUE;
      long max = 0;
      long items = 0;
      long bytes = 0;
      boolean renumbered = false;
      int lastCrc = 0;
      for (SegmentPlan.Bundle bundle : plan.bundles()) {
        min = Math.min(min, bundle.logIdentity().time());
        max = Math.max(max, bundle.logIdentity().time());
        items += bundle.source().items();
        bytes += bundle.length();
        renumbered |= bundle.logIdentity().sequence() != bundle.source().sequence();
        lastCrc = bundle.logIdentity().crc();
      }
      return new SegmentSummary(
          range.first,
          range.last,
          range.positionStart,
          range.positionEnd,
          lastCrc,
          min,
          max,
          items,
          bytes,
          renumbered);
    }

    private static byte[] tail(SegmentPlan.Stream stream) throws IOException {
      ByteBuffer schema = ByteBuffer.allocate(stream.layout().schema().length());
      stream.source().read(schema, stream.headAt() + stream.layout().schema().offset());
      List<IpcFile.Part> dictionaries = new ArrayList<>();
      for (PayloadLayout.Part part : stream.layout().dictionaries()) {
        dictionaries.add(
            new IpcFile.Part(
                IpcFile.HEAD_BYTES + (long) part.offset(),
                part.metadataLength(),
                part.bodyLength()));
      }
      List<IpcFile.Part> batches = new ArrayList<>();
      long at = IpcFile.HEAD_BYTES + (long) stream.layout().headLength();
      for (SegmentPlan.Chunk chunk : stream.chunks()) {
        batches.add(new IpcFile.Part(at, chunk.metadataLength(), chunk.bodyLength()));
        at += chunk.length();
      }
      return IpcFile.tail(schema.flip(), dictionaries, batches);
    }

    private ByteBuffer block(IdentityBlock.Head head) {
      long[][] chunkAt = new long[offsets.length][];
      IdentityBlock.Writer writer = new IdentityBlock.Writer(head);
      for (SegmentPlan.Stream stream : plan.streams()) {
        long at = offsets[stream.id()] + IpcFile.HEAD_BYTES;
        writer.add(
            new IdentityBlock.Stream(
                stream.slot(),
                stream.fingerprint(),
                at,
                stream.layout().headLength(),
                stream.headCrc()));
        at += stream.layout().headLength();
        long[] starts = new long[stream.chunks().size()];
        for (int i = 0; i < starts.length; i++) {
          starts[i] = at;
          at += stream.chunks().get(i).length();
        }
        chunkAt[stream.id()] = starts;
      }
      int firstChunk = 0;
      for (SegmentPlan.Bundle bundle : plan.bundles()) {
        writer.add(
            new IdentityBlock.Bundle(
                bundle.source().sequence(),
                bundle.logIdentity().sequence(),
                bundle.logIdentity().time(),
                bundle.logIdentity().crc(),
                bundle.source().items(),
                bundle.length(),
                firstChunk,
                bundle.chunks().size()));
        firstChunk += bundle.chunks().size();
      }
      for (SegmentPlan.Bundle bundle : plan.bundles()) {
        for (int i = 0; i < bundle.chunks().size(); i++) {
          SegmentPlan.Chunk chunk = bundle.chunks().get(i);
          writer.add(
              new IdentityBlock.Chunk(
                  bundle.slots().get(i),
                  chunk.stream(),
                  chunk.rows(),
                  chunkAt[chunk.stream()][chunk.index()],
                  chunk.length(),
                  chunk.crc()));
        }
      }
      return writer.finish();
    }

    private SegmentFooter.Own own() {
      return new SegmentFooter.Own(
          summary,
          directoryOffset + directory.length + manifest.length,
          block.limit(),
          Crc.of(block, 0, block.limit()));
    }

    private SegmentFooter footer() {
      return new SegmentFooter(
          plan.streams().size(),
          plan.bundles().size(),
          directoryOffset,
          directory.length,
          directoryOffset + directory.length,
          manifest.length,
          own());
    }

    /** Writes all of it; gives the checksum of the whole. */
    int write(Sink sink) throws IOException {
      sink.put(block.duplicate());
      for (SegmentPlan.Stream stream : plan.streams()) {
        sink.padTo(offsets[stream.id()]);
        sink.put(ByteBuffer.wrap(IpcFile.head()));
        sink.copy(stream.source(), stream.headAt(), stream.layout().headLength(), stream.headCrc());
        for (SegmentPlan.Chunk chunk : stream.chunks()) {
          sink.copy(chunk.source(), chunk.at(), chunk.length(), chunk.crc());
        }
        sink.put(ByteBuffer.wrap(tails[stream.id()]));
      }
      sink.put(ByteBuffer.wrap(directory));
      sink.put(ByteBuffer.wrap(manifest));
      sink.put(block.duplicate());
      sink.put(footer().toBytes(own()));
      ByteBuffer trailer =
          ByteBuffer.allocate(SegmentFormat.TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      trailer.putInt(SegmentFormat.OWN_FOOTER_BYTES).put(SegmentFormat.MAGIC);
      int crc = sink.putWithChecksum(trailer);
      if (sink.end() != size) {
        throw new IllegalStateException("a segment of " + sink.end() + " bytes, not " + size);
      }
      return crc;
    }
  }

  /** Writes one byte behind the other, through the staging buffer, with a running checksum. */
  private static final class Sink {
    private final StorageFile file;
    private final ByteBuffer staging;
    private final CRC32 crc = new CRC32();
    private long written;

    Sink(StorageFile file, ByteBuffer staging) {
      this.file = file;
      this.staging = staging;
    }

    long end() {
      return written + staging.position();
    }

    void put(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        int step = Math.min(bytes.remaining(), staging.remaining());
        staging.put(bytes.slice(bytes.position(), step));
        bytes.position(bytes.position() + step);
        if (!staging.hasRemaining()) {
          flush();
        }
      }
    }

    void padTo(long offset) throws IOException {
      put(ByteBuffer.allocate(Math.toIntExact(offset - end())));
    }

    /** Copies bytes of a bundle; they must be those that were checked when the plan was made. */
    void copy(Survivor source, int at, int length, int expected) throws IOException {
      CRC32 copied = new CRC32();
      int done = 0;
      while (done < length) {
        if (!staging.hasRemaining()) {
          flush();
        }
        int start = staging.position();
        int step = Math.min(length - done, staging.remaining());
        ByteBuffer target = staging.slice(start, step);
        source.read(target, at + done);
        copied.update(target.flip());
        staging.position(start + step);
        done += step;
      }
      if ((int) copied.getValue() != expected) {
        throw new IOException("the disk gave other bytes of a bundle than a moment before");
      }
    }

    int putWithChecksum(ByteBuffer trailer) throws IOException {
      put(trailer.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip());
      flush();
      int value = (int) crc.getValue();
      put(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).flip());
      flush();
      return value;
    }

    private void flush() throws IOException {
      staging.flip();
      crc.update(staging.duplicate());
      int size = staging.remaining();
      file.writeFully(staging, written);
      written += size;
      staging.clear();
    }
  }
}
