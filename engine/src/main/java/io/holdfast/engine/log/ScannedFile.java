package io.holdfast.engine.log;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /** What a scan found. */
  private record Found(
      int headerBytes, List<EntryFound> entries, List<Hole> holes, LogScanner.End end) {
    boolean isClean() {
      return holes.isEmpty() && end.writtenEnd() == end.validEnd();
    }
  }

  private static final int[] HEADER_SIZES = {
    WalFormat.OWN_HEADER_BYTES, WalFormat.REUSED_HEADER_BYTES, WalFormat.BASE_HEADER_BYTES
  };

  private static final int HEAD_BYTES = 128;

  private final String name;
  private final OptionalLong number;
  private final StorageFile reader;
  private final long size;
  private final WalHeader header;

  /** See {@link WalHeader.Own#oldUntil}; from the end of the file when the head does not say. */
  private final long oldUntil;

  private Found found = new Found(0, List.of(), List.of(), new LogScanner.End(0, 0));

  private ScannedFile(
      String name,
      OptionalLong number,
      StorageFile reader,
      long size,
      WalHeader header,
      long oldUntil) {
    this.name = name;
    this.number = number;
    this.reader = reader;
    this.size = size;
    this.header = header;
    this.oldUntil = oldUntil;
  }

  /** Opens a file and reads its head. */
  static ScannedFile open(Storage storage, String name) throws IOException {
    StorageFile reader = storage.openForRead(name);
    try {
      long size = reader.size();
      int bytes = (int) Math.min(HEAD_BYTES, size);
      WalHeader header = header(reader, bytes, size);
      if (!(header instanceof WalHeader.Own)) {
        // As with entries; ours with a wrong bit may look like another's.
        header = header(reader, bytes, size);
      }
      String base = name.substring(name.lastIndexOf('/') + 1);
      // Its checksum vouches for a head of ours, but for that of what makes it longer.
      long oldUntil =
          header instanceof WalHeader.Own own
                  && (own.oldUntil() != WalHeader.NOT_REUSED
                      || own.size() < WalFormat.REUSED_HEADER_BYTES)
              ? own.oldUntil()
              : oldUntil(reader, size);
      return new ScannedFile(name, LogFiles.rotatedNumber(base), reader, size, header, oldUntil);
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
    return hasHeader(reader, header);
  }

  private static WalHeader header(StorageFile reader, int bytes, long size) {
    ScanWindow window = new ScanWindow(reader, bytes);
    int index = window.require(0, bytes);
    ByteBuffer head = window.bytes().slice(index, bytes).order(ByteOrder.LITTLE_ENDIAN);
    return WalHeader.parse(head, size);
  }

  private static long oldUntil(StorageFile reader, long size) {
    long from = size - WalFormat.OLD_MARK_BYTES;
    if (from < 0) {
      return WalHeader.NOT_REUSED;
    }
    ByteBuffer last = ByteBuffer.allocate(WalFormat.OLD_MARK_BYTES);
    try {
      return reader.readFully(last, from) ? WalHeader.oldUntil(last.flip()) : WalHeader.NOT_REUSED;
    } catch (IOException unreadable) {
      // A scan goes over that.
      return WalHeader.NOT_REUSED;
    }
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
    switch (header) {
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
    ScanWindow window = new ScanWindow(reader, Math.min(scanned, size));
    Collector collector = new Collector(first);
    if (start < 0) {
      start = firstEntryWithoutHead(window);
      first = -1;
    }
    LogScanner.End end =
        start > window.size()
            ? new LogScanner.End(window.size(), window.size())
            : new LogScanner(window, collector, oldUntil).scan(start, first);
    return new Found(start, collector.entries, collector.holes, end);
  }

  /** Where entries may start when the head does not say: behind ours, or behind Rust's. */
  private int firstEntryWithoutHead(ScanWindow window) {
    if (oldUntil != WalHeader.NOT_REUSED && WalFormat.REUSED_HEADER_BYTES <= window.size()) {
      return WalFormat.REUSED_HEADER_BYTES;
    }
    for (int candidate : HEADER_SIZES) {
      Collector probe = new Collector(-1);
      if (candidate <= window.size()) {
        new LogScanner(window, probe, oldUntil).scan(candidate, -1);
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
    return header;
  }

  /** The newest time of what the file held when it was used before. */
  long oldUntil() {
    return oldUntil;
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
