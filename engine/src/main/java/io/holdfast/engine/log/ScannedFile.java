package io.holdfast.engine.log;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One log file as it lies on the disk: its head, and what a scan found behind it. */
final class ScannedFile implements AutoCloseable {
  /**
   * Bytes that are no entry.
   *
   * @param before the sequence of the entry before, -1 when there is none
   * @param after the sequence of the entry behind
   */
  record Hole(long offset, long length, long before, long after) {}

  /**
   * What a scan found.
   *
   * @param isEnd whether what stands behind the last entry says that there is no other one
   */
  private record Found(
      int headerBytes,
      List<EntryFound> entries,
      List<Hole> holes,
      LogScanner.End end,
      RefusedSectors refused,
      boolean isEnd) {
    boolean isClean() {
      return holes.isEmpty() && end.writtenEnd() == end.validEnd() && refused.isEmpty();
    }
  }

  /**
   * What was read of the head.
   *
   * @param isRefused whether the disk refuses what would tell how to read the file
   */
  private record Head(WalHeader header, long oldUntil, boolean isRefused) {}

  private static final int[] HEADER_SIZES = {
    WalFormat.OWN_HEADER_BYTES, WalFormat.REUSED_HEADER_BYTES, WalFormat.BASE_HEADER_BYTES
  };

  private static final int HEAD_BYTES = 128;

  private final String name;
  private final OptionalLong number;
  private final StorageFile reader;
  private final long size;
  private final Head head;
  private final int mostRefused;

  private Found found =
      new Found(0, List.of(), List.of(), new LogScanner.End(0, 0), new RefusedSectors(0), true);

  private ScannedFile(
      String name, OptionalLong number, StorageFile reader, long size, Head head, int mostRefused) {
    this.name = name;
    this.number = number;
    this.reader = reader;
    this.size = size;
    this.head = head;
    this.mostRefused = mostRefused;
  }

  /** Opens a file and reads its head. */
  static ScannedFile open(Storage storage, String name) throws IOException {
    return open(storage, name, Integer.MAX_VALUE);
  }

  /**
   * Opens a file and reads its head.
   *
   * @param mostRefused behind so many sectors that the disk refuses no others are read
   */
  static ScannedFile open(Storage storage, String name, int mostRefused) throws IOException {
    StorageFile reader = storage.openForRead(name);
    try {
      long size = reader.size();
      Head head = head(reader, size);
      if (!(head.header instanceof WalHeader.Own)) {
        // As with entries; ours with a wrong bit may look like another's.
        head = head(reader, size);
      }
      String base = name.substring(name.lastIndexOf('/') + 1);
      OptionalLong number = LogFiles.rotatedNumber(base);
      return new ScannedFile(name, number, reader, size, head, mostRefused);
    } catch (Throwable failure) {
      reader.close();
      throw failure;
    }
  }

  /**
   * Whether a file still starts as it did: one that its owner needs no more gets another header, or
   * none for a while, before anything else in it changes.
   */
  static boolean hasHeader(StorageFile file, WalHeader header) throws IOException {
    long size = file.size();
    ByteBuffer head = ByteBuffer.allocate((int) Math.min(HEAD_BYTES, size));
    try {
      return file.readFully(head, 0) && header.equals(WalHeader.parse(head.flip(), size));
    } catch (IOException unreadable) {
      // A scan goes over that; and no file is used again that could not be written.
      return true;
    }
  }

  /** Whether it still starts as it did. */
  boolean isStill() throws IOException {
    return hasHeader(reader, head.header);
  }

  private static Head head(StorageFile reader, long size) {
    int bytes = (int) Math.min(HEAD_BYTES, size);
    ByteBuffer first = ByteBuffer.allocate(bytes);
    boolean isRefused = !read(reader, 0, bytes, first);
    WalHeader header =
        isRefused
            ? new WalHeader.Unreadable("the disk refuses to read it")
            : WalHeader.parse(first, size);
    // Its checksum vouches for a head of ours, but for that of what makes it longer.
    if (header instanceof WalHeader.Own own
        && (own.oldUntil() != WalHeader.NOT_REUSED || own.size() < WalFormat.REUSED_HEADER_BYTES)) {
      return new Head(header, own.oldUntil(), false);
    }
    long from = size - WalFormat.OLD_MARK_BYTES;
    if (from < 0) {
      return new Head(header, WalHeader.NOT_REUSED, isRefused);
    }
    ByteBuffer last = ByteBuffer.allocate(WalFormat.OLD_MARK_BYTES);
    if (!read(reader, from, last.capacity(), last)) {
      // Nobody but us marks the end of a file: another engine's has only its head.
      return new Head(header, WalHeader.NOT_REUSED, !(header instanceof WalHeader.Foreign));
    }
    return new Head(header, WalHeader.oldUntil(last), isRefused);
  }

  /** Fills a buffer, also over what the disk refuses; false when it does. */
  private static boolean read(StorageFile reader, long from, int bytes, ByteBuffer target) {
    RefusedSectors refused = new RefusedSectors(Integer.MAX_VALUE);
    ScanWindow window = new ScanWindow(reader, from + bytes, refused);
    int index = window.require(from, bytes);
    target.put(window.bytes().slice(index, bytes)).flip();
    return refused.isEmpty();
  }

  /**
   * Finds the entries.
   *
   * @param limit where the next file takes over, in WAL positions; empty when that is not known
   * @param before the sequence of the last entry of the files before, -1 when there is none
   */
  void scan(OptionalLong limit, long before) {
    found = scanOnce(limit, before);
    if (!found.isClean()) {
      // What is cut is gone for good, and one read alone may have gone wrong.
      Found again = scanOnce(limit, before);
      if (again.isClean() || again.entries.size() >= found.entries.size()) {
        found = again;
      }
    }
  }

  private Found scanOnce(OptionalLong limit, long before) {
    long scanned = size;
    long first = before;
    int start = -1;
    switch (head.header) {
      case WalHeader.Own own -> {
        start = own.size();
        first = own.sequenceStart() - 1;
        if (limit.isPresent()) {
          long cut = start + (limit.getAsLong() - own.positionStart());
          scanned = Math.clamp(cut, start, Math.max(size, start));
        }
      }
      case WalHeader.Foreign foreign -> {
        start = foreign.size();
        first = -1;
      }
      case WalHeader.Unsupported unsupported -> {}
      case WalHeader.Unreadable unreadable -> {}
    }
    RefusedSectors refused = new RefusedSectors(mostRefused);
    ScanWindow window = new ScanWindow(reader, Math.min(scanned, size), refused);
    Collector collector = new Collector(first);
    if (start < 0) {
      start = firstEntryWithoutHead(window);
      first = -1;
    }
    LogScanner.End end =
        start > window.size()
            ? new LogScanner.End(window.size(), window.size())
            : new LogScanner(window, collector, head.oldUntil).scan(start, first);
    boolean isEnd = isEndAt(window, refused, end.validEnd());
    return new Found(start, collector.entries, collector.holes, end, refused, isEnd);
  }

  /** Whether zeros that the disk has given follow, where an entry would start with its length. */
  private static boolean isEndAt(ScanWindow window, RefusedSectors refused, long at) {
    int bytes = (int) Math.min(WalFormat.END_MARK_BYTES, window.size() - at);
    int index = window.require(at, bytes);
    return index >= 0
        && window.bytes().slice(index, bytes).mismatch(Zeros.of(bytes)) < 0
        && !refused.hasAny(at, at + bytes);
  }

  /** Where entries may start when the head does not say: behind ours, or behind Rust's. */
  private int firstEntryWithoutHead(ScanWindow window) {
    if (head.oldUntil != WalHeader.NOT_REUSED && WalFormat.REUSED_HEADER_BYTES <= window.size()) {
      return WalFormat.REUSED_HEADER_BYTES;
    }
    for (int candidate : HEADER_SIZES) {
      Collector probe = new Collector(-1);
      if (candidate <= window.size()) {
        new LogScanner(window, probe, head.oldUntil).scan(candidate, -1);
        if (!probe.entries.isEmpty() && probe.entries.getFirst().offset() == candidate) {
          return candidate;
        }
      }
    }
    return (int) Math.min(WalFormat.BASE_HEADER_BYTES, size);
  }

  String name() {
    return name;
  }

  /** The number of a rotated file; empty for the active one. */
  OptionalLong number() {
    return number;
  }

  StorageFile reader() {
    return reader;
  }

  long size() {
    return size;
  }

  WalHeader header() {
    return head.header;
  }

  /** The newest time of what the file held when it was used before; from its end if need be. */
  long oldUntil() {
    return head.oldUntil;
  }

  /** Whether the disk refuses what would tell how to read the file. */
  boolean isHeadRefused() {
    return head.isRefused;
  }

  /** What the disk refuses of that in which entries were looked for. */
  RefusedSectors refused() {
    return found.refused;
  }

  /**
   * Whether the disk refuses bytes behind the last entry and nothing that it gives says that the
   * entries end there: others may follow.
   */
  boolean isEndRefused() {
    return !found.isEnd && found.refused.hasAny(found.end.validEnd(), size);
  }

  int headerBytes() {
    return found.headerBytes;
  }

  List<EntryFound> entries() {
    return found.entries;
  }

  List<Hole> holes() {
    return found.holes;
  }

  LogScanner.End end() {
    return found.end;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Collects what the scan reports. */
  private static final class Collector implements LogScanner.Visitor {
    private final List<EntryFound> entries = new ArrayList<>();
    private final List<Hole> holes = new ArrayList<>();
    private long last;
    private long holeOffset = -1;
    private long holeLength;

    Collector(long last) {
      this.last = last;
    }

    @Override
    public void entry(EntryFound entry) {
      if (holeOffset >= 0) {
        holes.add(new Hole(holeOffset, holeLength, last, entry.sequence()));
        holeOffset = -1;
      }
      entries.add(entry);
      last = entry.sequence();
    }

    @Override
    public void hole(long offset, long length) {
      holeOffset = offset;
      holeLength = length;
    }
  }
}
