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

  private static final int HEAD_BYTES = 64;

  private final String name;
  private final OptionalLong number;
  private final StorageFile reader;
  private final long size;
  private final WalHeader header;
  private final List<EntryFound> entries = new ArrayList<>();
  private final List<Hole> holes = new ArrayList<>();
  private int headerBytes;
  private LogScanner.End end = new LogScanner.End(0, 0);

  private ScannedFile(
      String name, OptionalLong number, StorageFile reader, long size, WalHeader header) {
    this.name = name;
    this.number = number;
    this.reader = reader;
    this.size = size;
    this.header = header;
  }

  /** Opens a file and reads its head. */
  static ScannedFile open(Storage storage, String name) throws IOException {
    StorageFile reader = storage.openForRead(name);
    try {
      long size = reader.size();
      int bytes = (int) Math.min(HEAD_BYTES, size);
      ScanWindow window = new ScanWindow(reader, bytes);
      int index = window.require(0, bytes);
      ByteBuffer head = window.bytes().slice(index, bytes).order(ByteOrder.LITTLE_ENDIAN);
      String base = name.substring(name.lastIndexOf('/') + 1);
      return new ScannedFile(
          name, LogFiles.rotatedNumber(base), reader, size, WalHeader.parse(head, size));
    } catch (Throwable failure) {
      reader.close();
      throw failure;
    }
  }

  /**
   * Finds the entries.
   *
   * @param limit where the next file takes over, in WAL positions; empty when that is not known
   * @param before the sequence of the last entry of the files before, -1 when there is none
   */
  void scan(OptionalLong limit, long before) {
    entries.clear();
    holes.clear();
    long scanned = size;
    long first = before;
    boolean headMissing = false;
    switch (header) {
      case WalHeader.Own own -> {
        headerBytes = own.size();
        first = own.sequenceStart() - 1;
        if (limit.isPresent()) {
          long cut = headerBytes + (limit.getAsLong() - own.positionStart());
          scanned = Math.clamp(cut, headerBytes, Math.max(size, headerBytes));
        }
      }
      case WalHeader.Foreign foreign -> {
        headerBytes = foreign.size();
        first = -1;
      }
      case WalHeader.Unsupported unsupported -> headMissing = true;
      case WalHeader.Unreadable unreadable -> headMissing = true;
    }
    ScanWindow window = new ScanWindow(reader, Math.min(scanned, size));
    Collector collector = new Collector(first);
    if (headMissing) {
      headerBytes = firstEntryWithoutHead(window);
      first = -1;
    }
    if (headerBytes > window.size()) {
      end = new LogScanner.End(window.size(), window.size());
      return;
    }
    end = new LogScanner(window, collector).scan(headerBytes, first);
  }

  /** Where entries may start when the head does not say: behind our head, or behind Rust's. */
  private int firstEntryWithoutHead(ScanWindow window) {
    for (int candidate : new int[] {WalFormat.OWN_HEADER_BYTES, WalFormat.BASE_HEADER_BYTES}) {
      Collector probe = new Collector(-1);
      if (candidate <= window.size()) {
        new LogScanner(window, probe).scan(candidate, -1);
        if (probe.sawFirstAt(candidate)) {
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

  int headerBytes() {
    return headerBytes;
  }

  List<EntryFound> entries() {
    return entries;
  }

  List<Hole> holes() {
    return holes;
  }

  LogScanner.End end() {
    return end;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Collects what the scan reports. */
  private final class Collector implements LogScanner.Visitor {
    private long last;
    private long holeOffset = -1;
    private long holeLength;

    Collector(long last) {
      this.last = last;
    }

    boolean sawFirstAt(long offset) {
      boolean seen = !entries.isEmpty() && entries.getFirst().offset() == offset;
      entries.clear();
      holes.clear();
      return seen;
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
