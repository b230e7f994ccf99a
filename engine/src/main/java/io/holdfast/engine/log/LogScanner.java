package io.holdfast.engine.log;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.stored.Bounds;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entries of one log file, over damage: after bytes that are no entry it looks for the
 * next one that is. Where the bad entry's own length, or the lengths of its slots, show where it
 * ends, its inside is never searched, for a bundle may carry log bytes as data. One thread, one
 * use.
 */
final class LogScanner {
  /** What a scan reports, in the order of the file. */
  interface Visitor {
    /** A valid entry. */
    void entry(EntryFound entry);

    /** Bytes between valid entries that are none, or were of an unknown type. */
    void hole(long offset, long length);
  }

  /**
   * How a file ends.
   *
   * @param validEnd behind the last valid entry
   * @param writtenEnd behind the last byte that is not zero, at least {@code validEnd}
   * @param isGivenUp whether entries may follow that were not looked for, because it would have
   *     taken too long
   */
  record End(long validEnd, long writtenEnd, boolean isGivenUp) {
    End(long validEnd, long writtenEnd) {
      this(validEnd, writtenEnd, false);
    }
  }

  /**
   * What a scan may read and sum, in bytes: this, and so many times the file. What a search has
   * found is kept for the next one, so a bad place costs a few looks at its surroundings, and a
   * file of which each second block is bad stays below a half. Who makes up a file whose every
   * entry claims to be as long as the file must not hold up the opening for hours.
   */
  private static final long LEAST_WORK = 1L << 30;

  private static final int WORK_FACTOR = 256;

  private final ScanWindow window;
  private final Visitor visitor;

  /** See {@link WalHeader.Own#oldUntil}. */
  private final long oldUntil;

  private final long mostWork;
  private long summed;

  /** What the searches so far have found; null before the first one. */
  private @Nullable FoundChains found;

  /**
   * Of a file.
   *
   * @param oldUntil the newest time of what it held before it was used again, or {@link
   *     WalHeader#NOT_REUSED}
   */
  LogScanner(ScanWindow window, Visitor visitor, long oldUntil) {
    this.window = window;
    this.visitor = visitor;
    this.oldUntil = oldUntil;
    this.mostWork = LEAST_WORK + WORK_FACTOR * window.size();
  }

  /**
   * Scans.
   *
   * @param from where the first entry is expected
   * @param before the sequence before the first one, or -1 when any may come
   */
  End scan(long from, long before) {
    long at = from;
    long last = before;
    long holeStart = -1;
    while (true) {
      Parsed parsed = parse(at);
      long oldEnd = parsed != null && isLeftOver(parsed.entry, last) ? parsed.end : -1;
      if (parsed != null && oldEnd < 0) {
        if (holeStart >= 0) {
          visitor.hole(holeStart, at - holeStart);
          holeStart = -1;
        }
        if (parsed.entry != null) {
          visitor.entry(parsed.entry);
          last = parsed.entry.sequence();
        }
        // To go on is no search.
        summed -= parsed.end - at;
        at = parsed.end;
        continue;
      }
      long next = oldEnd < 0 ? resync(at, last) : search(oldEnd, at, last);
      if (next >= 0 && oldEnd < 0 && isThereNow(at)) {
        continue;
      }
      if (next < 0) {
        long validEnd = holeStart >= 0 ? holeStart : at;
        if (isSpent()) {
          return new End(validEnd, window.size(), true);
        }
        if (oldEnd >= 0) {
          return new End(validEnd, at);
        }
        long writtenEnd = isReused() ? reusedEnd(at) : writtenEnd(validEnd, validEnd);
        return new End(validEnd, Math.max(validEnd, writtenEnd));
      }
      if (holeStart < 0) {
        holeStart = at;
      }
      at = next;
    }
  }

  /**
   * Whether an entry is at a place where there was none. Who reads while the owner writes may find
   * what was written behind it meanwhile.
   */
  private boolean isThereNow(long at) {
    window.forget();
    return parse(at) != null;
  }

  /** A CRC-valid entry; without {@code entry} one of an unknown type. */
  private record Parsed(long end, @Nullable EntryFound entry) {}

  private @Nullable Parsed parse(long at) {
    int index = window.require(at, WalFormat.LENGTH_BYTES + 1);
    if (index < 0) {
      return null;
    }
    ByteBuffer bytes = window.bytes();
    int length = bytes.getInt(index);
    byte type = bytes.get(index + WalFormat.TYPE_AT);
    long end = at + length + WalFormat.FRAME_BYTES;
    if (length < 1 || length > WalFormat.MAX_BODY_BYTES || end > window.size()) {
      return null;
    }
    if (type != WalFormat.RECORD_BUNDLE) {
      return checksumFits(at, length) ? new Parsed(end, null) : null;
    }
    if (length < WalFormat.MIN_BODY_BYTES || endOfSlots(at) != end - 4) {
      return null;
    }
    index = window.require(at, WalFormat.SLOTS_AT);
    int items = items(at, bytes.getLong(index + WalFormat.BITMAP_AT));
    // In the bytes that the checksum is of, and forwards from there: nothing is read twice.
    index = window.require(at, WalFormat.SLOTS_AT);
    long time = Math.max(0, bytes.getLong(index + WalFormat.TIME_AT));
    long sequence = bytes.getLong(index + WalFormat.SEQUENCE_AT);
    if (!Bounds.isPossibleInLog(sequence) || !checksumFits(at, length)) {
      return null;
    }
    index = window.require(end - 4, 4);
    int crc = bytes.getInt(index);
    return new Parsed(
        end, new EntryFound(at, length + WalFormat.FRAME_BYTES, sequence, time, crc, items));
  }

  private boolean isSpent() {
    return summed + window.loaded() > mostWork;
  }

  private boolean checksumFits(long at, int length) {
    summed += length + WalFormat.FRAME_BYTES;
    CRC32 crc = new CRC32();
    long from = at + WalFormat.LENGTH_BYTES;
    long end = from + length;
    while (from < end) {
      int index = window.require(from, 1);
      if (index < 0) {
        return false;
      }
      int step = (int) Math.min(window.loadedFrom(index), end - from);
      crc.update(window.bytes().slice(index, step));
      from += step;
    }
    int index = window.require(end, 4);
    return index >= 0 && window.bytes().getInt(index) == (int) crc.getValue();
  }

  /**
   * Where the slots of the entry at {@code at} end in the file; {@code Long.MAX_VALUE} when that is
   * past its end, -1 when they are not what the bitmap says.
   */
  private long endOfSlots(long at) {
    int index = window.require(at, WalFormat.SLOTS_AT);
    if (index < 0) {
      return Long.MAX_VALUE;
    }
    ByteBuffer bytes = window.bytes();
    long missing = bytes.getLong(index + WalFormat.BITMAP_AT);
    long slot = at + WalFormat.SLOTS_AT;
    while (missing != 0) {
      index = window.require(slot, WalFormat.SLOT_HEAD_BYTES);
      if (index < 0) {
        return Long.MAX_VALUE;
      }
      int id = Short.toUnsignedInt(bytes.getShort(index));
      if (id >= RecordBundle.MAX_SLOTS || (missing & (1L << id)) == 0) {
        return -1;
      }
      missing &= ~(1L << id);
      long payload = Integer.toUnsignedLong(bytes.getInt(index + WalFormat.SLOT_HEAD_BYTES - 4));
      slot += WalFormat.SLOT_HEAD_BYTES + payload;
    }
    return slot > window.size() ? Long.MAX_VALUE : slot;
  }

  private int items(long at, long bitmap) {
    int lowest = Long.numberOfTrailingZeros(bitmap);
    long slot = at + WalFormat.SLOTS_AT;
    for (int left = Long.bitCount(bitmap); left > 0; left--) {
      int index = window.require(slot, WalFormat.SLOT_HEAD_BYTES);
      if (index < 0) {
        return 0;
      }
      ByteBuffer bytes = window.bytes();
      if (Short.toUnsignedInt(bytes.getShort(index)) == lowest) {
        return Math.max(0, bytes.getInt(index + WalFormat.SLOT_HEAD_BYTES - 8));
      }
      slot +=
          WalFormat.SLOT_HEAD_BYTES
              + Integer.toUnsignedLong(bytes.getInt(index + WalFormat.SLOT_HEAD_BYTES - 4));
    }
    return 0;
  }

  private boolean isReused() {
    return oldUntil != WalHeader.NOT_REUSED;
  }

  /**
   * Whether an entry of this time, found in a search, was data of what the file held before: what
   * is appended to it is newer. Where one is expected the time says nothing, for another engine may
   * have appended it.
   */
  private boolean isOld(long time) {
    return isReused() && time <= oldUntil;
  }

  /**
   * Whether an entry that is expected here is one that the file held before: a write that came not
   * to its end leaves whole ones behind it, where all are of one size.
   */
  private boolean isLeftOver(@Nullable EntryFound entry, long last) {
    return entry != null && isOld(entry.time()) && (last < 0 || entry.sequence() <= last);
  }

  private boolean hasEndMark(long at) {
    int bytes = (int) Math.min(WalFormat.END_MARK_BYTES, window.size() - at);
    int index = window.require(at, bytes);
    return index >= 0 && window.bytes().slice(index, bytes).mismatch(Zeros.of(bytes)) < 0;
  }

  /** Where the bad bytes at {@code at} end that nothing valid follows: old ones come then. */
  private long reusedEnd(long at) {
    Lengths lengths = lengths(at);
    for (long end : new long[] {at, lengths.byLength, lengths.bySlots}) {
      if (end >= at && end <= window.size() && hasEndMark(end)) {
        return end;
      }
    }
    long claimed = Math.max(lengths.byLength, lengths.bySlots);
    return claimed > at && claimed <= window.size()
        ? claimed
        : Math.min(window.size(), at + WalFormat.LARGEST_GROUP_BYTES);
  }

  /** Where a bad entry ends by its length and by those of its slots; -1 when they say nothing. */
  private record Lengths(long byLength, long bySlots) {}

  private Lengths lengths(long at) {
    int index = window.require(at, WalFormat.MIN_ENTRY_BYTES);
    if (index < 0) {
      return new Lengths(-1, -1);
    }
    long length = Integer.toUnsignedLong(window.bytes().getInt(index));
    boolean possible = length >= WalFormat.MIN_BODY_BYTES && length <= WalFormat.MAX_BODY_BYTES;
    long slotsEnd = possible || length != 0 ? endOfSlots(at) : -1;
    return new Lengths(
        possible ? at + length + WalFormat.FRAME_BYTES : -1,
        slotsEnd < 0 || slotsEnd == Long.MAX_VALUE ? slotsEnd : slotsEnd + 4);
  }

  /** Where to go on after the bad bytes at {@code at}; -1 when nothing valid follows. */
  private long resync(long at, long last) {
    if (isSpent() || window.require(at, WalFormat.MIN_ENTRY_BYTES) < 0) {
      return -1;
    }
    Lengths lengths = lengths(at);
    long byLength = lengths.byLength;
    long bySlots = lengths.bySlots;
    if (byLength > window.size() && bySlots > window.size()) {
      return -1;
    }
    if (byLength > 0 && byLength == bySlots) {
      return byLength;
    }
    if (isNext(byLength, at, last)) {
      return byLength;
    }
    if (isNext(bySlots, at, last)) {
      return bySlots;
    }
    long blank = isBlankFrom(byLength) ? byLength : isBlankFrom(bySlots) ? bySlots : -1;
    if (blank < 0) {
      return search(at + 1, at, last);
    }
    // A few zeros are not all zeros: they may be damage.
    return isReused() ? search(blank, at, last) : -1;
  }

  private boolean isNext(long end, long hole, long last) {
    if (end < 0 || end >= window.size()) {
      return false;
    }
    Parsed parsed = parse(end);
    return parsed != null
        && (parsed.entry == null
            || FoundChains.isInWindow(parsed.entry.sequence(), end - hole, last));
  }

  private boolean isBlankFrom(long end) {
    if (end <= 0 || end > window.size()) {
      return false;
    }
    return isReused() ? hasEndMark(end) : nextNonZero(end) < 0;
  }

  /**
   * Searches byte by byte for runs of entries up to the end. Of what is found the last run counts,
   * for it reaches furthest; of those before it only what the sequences leave room for, so that log
   * bytes inside the one damaged bundle are not taken for entries.
   */
  private long search(long from, long hole, long last) {
    FoundChains chains = found;
    if (chains == null || !chains.areAllFor(from, hole, last)) {
      chains = findChains(from, hole, last);
      found = chains;
    }
    if (isSpent()) {
      return -1;
    }
    long before = chains.looks();
    long chosen = chains.choose(from, hole, last);
    summed += (chains.looks() - before) * Long.BYTES;
    return chosen;
  }

  private FoundChains findChains(long from, long hole, long last) {
    FoundChains chains = new FoundChains(from, hole, last);
    long at = nextPlausible(from, hole, last);
    while (at >= 0 && at + WalFormat.MIN_ENTRY_BYTES <= window.size() && !isSpent()) {
      Parsed parsed = candidate(at, hole, last) ? parse(at) : null;
      if (parsed == null || parsed.entry == null) {
        at = nextPlausible(at + 1, hole, last);
        continue;
      }
      chains.begin();
      long end = at;
      for (Parsed next = parsed; next != null; next = parse(end)) {
        if (next.entry != null) {
          chains.add(end, next.entry.sequence(), !isOld(next.entry.time()));
        }
        end = next.end;
      }
      at = nextPlausible(end, hole, last);
    }
    return chains;
  }

  /**
   * Entries start with a length, so up to three zeros before a byte that is not may be part of one.
   */
  private long skipZeros(long at) {
    int index = window.require(at, 4);
    if (index < 0 || window.bytes().getInt(index) != 0) {
      return at;
    }
    long found = nextNonZero(at);
    return found < 0 ? -1 : Math.max(at, found - 3);
  }

  /** From {@code from} on the first place where type and sequence may be those of an entry. */
  private long nextPlausible(long from, long hole, long last) {
    long at = skipZeros(from);
    while (at >= 0) {
      int index = window.require(at, WalFormat.MIN_ENTRY_BYTES);
      if (index < 0) {
        return -1;
      }
      ByteBuffer bytes = window.bytes();
      int end = index + window.loadedFrom(index) - WalFormat.MIN_ENTRY_BYTES;
      for (int i = index; i <= end; i++) {
        if (bytes.get(i + WalFormat.TYPE_AT) == WalFormat.RECORD_BUNDLE
            && FoundChains.isInWindow(
                bytes.getLong(i + WalFormat.SEQUENCE_AT), at + i - index - hole, last)) {
          return at + i - index;
        }
      }
      at += end + 1 - index;
    }
    return -1;
  }

  private boolean candidate(long at, long hole, long last) {
    int index = window.require(at, WalFormat.MIN_ENTRY_BYTES);
    if (index < 0) {
      return false;
    }
    ByteBuffer bytes = window.bytes();
    int length = bytes.getInt(index);
    return bytes.get(index + WalFormat.TYPE_AT) == WalFormat.RECORD_BUNDLE
        && length >= WalFormat.MIN_BODY_BYTES
        && length <= WalFormat.MAX_BODY_BYTES
        && at + length + WalFormat.FRAME_BYTES <= window.size()
        && FoundChains.isInWindow(bytes.getLong(index + WalFormat.SEQUENCE_AT), at - hole, last)
        && !isOld(bytes.getLong(index + WalFormat.TIME_AT))
        && endOfSlots(at) == at + length + WalFormat.LENGTH_BYTES;
  }

  private long nextNonZero(long from) {
    long at = from;
    while (at < window.size()) {
      int index = window.require(at, 1);
      int length = Math.min(window.loadedFrom(index), Zeros.MOST_BYTES);
      int found = window.bytes().slice(index, length).mismatch(Zeros.of(length));
      if (found >= 0) {
        return at + found;
      }
      at += length;
    }
    return -1;
  }

  /** Behind the last byte from {@code from} on that is not zero; {@code none} when all are. */
  private long writtenEnd(long from, long none) {
    long end = none;
    long at = nextNonZero(from);
    while (at >= 0) {
      end = at + 1;
      at = nextNonZero(end);
    }
    return end;
  }
}
