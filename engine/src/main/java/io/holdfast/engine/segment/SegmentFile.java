package io.holdfast.engine.segment;

import io.holdfast.engine.UnsupportedVersionException;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Refusals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A segment in the directory: what its footer says. Its index and its handle are there while
 * somebody needs them; both are guarded by {@link Segments}.
 */
public final class SegmentFile {
  private static final int TAIL_BYTES = 512;
  private static final int CHUNK_BYTES = 1 << 20;

  private final long number;
  private final String name;
  private final long size;
  private final int bundles;
  private final int checksum;
  private final @Nullable SegmentFooter footer;
  private final @Nullable SegmentSummary summary;
  private long first;

  private @Nullable String described;
  private @Nullable StorageFile handle;
  private @Nullable SegmentIndex index;
  private int users;
  private boolean held;
  private boolean verified;
  private boolean refused;

  /** Its index could not be read too often: nobody waits for it any more. */
  private boolean leftOut;

  private final Refusals refusals = new Refusals();

  /** The age of bundles that do not tell theirs. */
  private long modified;

  private SegmentFile(
      long number,
      String name,
      long size,
      int bundles,
      int checksum,
      @Nullable SegmentFooter footer,
      @Nullable SegmentSummary summary) {
    this.number = number;
    this.name = name;
    this.size = size;
    this.bundles = bundles;
    this.checksum = checksum;
    this.footer = footer;
    this.summary = summary;
    this.first = summary == null ? 0 : summary.first();
  }

  /** A segment that was just written here. */
  static SegmentFile written(long number, long size, SegmentFooter footer, int checksum) {
    SegmentFooter.Own own = footer.own();
    return new SegmentFile(
        number,
        SegmentFormat.name(number),
        size,
        footer.bundles(),
        checksum,
        footer,
        own == null ? null : own.summary());
  }

  /** What opening found. */
  sealed interface Opened {
    /** A segment. */
    record Good(SegmentFile segment) implements Opened {}

    /** A file that is none, or not any more. */
    record Unreadable(long number, String name, long size, String why, boolean refused)
        implements Opened {}
  }

  /**
   * What one look at a file has found.
   *
   * @param checksum in its trailer
   * @param why it is no segment, if it is none
   * @param refused whether the disk has refused a part
   */
  private record Found(
      long size,
      @Nullable SegmentFooter footer,
      int checksum,
      IdentityBlock.@Nullable Head head,
      String why,
      boolean refused) {
    boolean isChecked() {
      return head != null || (footer != null && footer.own() != null);
    }
  }

  /**
   * Reads the footer of segment {@code number}. One that the disk does not even open is refused as
   * one that it does not read: the others have nothing to do with it.
   *
   * @throws NoSuchFileException when there is none
   * @throws UnsupportedVersionException when it is of a version that is not known here
   */
  static Opened open(Storage storage, long number) throws NoSuchFileException {
    String name = SegmentFormat.name(number);
    try {
      return openOnce(storage, number, name);
    } catch (NoSuchFileException gone) {
      throw gone;
    } catch (IOException once) {
      return openAgain(storage, number, name);
    }
  }

  private static Opened openAgain(Storage storage, long number, String name)
      throws NoSuchFileException {
    try {
      return openOnce(storage, number, name);
    } catch (NoSuchFileException gone) {
      throw gone;
    } catch (IOException refused) {
      String why = "it cannot be opened: " + refused.getMessage();
      return new Opened.Unreadable(number, name, listedSize(storage, name), why, true);
    }
  }

  private static Opened openOnce(Storage storage, long number, String name) throws IOException {
    try (StorageFile file = storage.openForRead(name)) {
      return opened(storage, number, name, look(storage, number, name, file));
    }
  }

  /** What the directory says of its size; 0 when the disk refuses that as well. */
  private static long listedSize(Storage storage, String name) {
    try {
      return storage.status(name).map(Storage.FileStatus::size).orElse(0L);
    } catch (IOException refused) {
      return 0;
    }
  }

  private static Opened opened(Storage storage, long number, String name, Found found)
      throws IOException {
    SegmentFooter footer = found.footer;
    if (footer != null && footer.own() != null) {
      return new Opened.Good(written(number, found.size, footer, found.checksum));
    }
    IdentityBlock.Head head = found.head;
    if (head != null) {
      return new Opened.Good(
          new SegmentFile(
              number, name, found.size, head.bundles(), found.checksum, null, head.summary()));
    }
    if (footer == null || found.refused) {
      // Also when only a part was refused that would say whether it is one of ours.
      return new Opened.Unreadable(number, name, found.size, found.why, found.refused);
    }
    SegmentFile foreign =
        new SegmentFile(number, name, found.size, footer.bundles(), found.checksum, footer, null);
    foreign.modified = storage.status(name).map(Storage.FileStatus::modifiedEpochNanos).orElse(0L);
    return new Opened.Good(foreign);
  }

  /** Looks again, unless checksums of ours confirm what was found. */
  private static Found look(Storage storage, long number, String name, StorageFile file)
      throws IOException {
    Found first = lookOnce(storage, number, name, file);
    if (first.isChecked()) {
      return first;
    }
    try {
      return SaidTwice.after(first, () -> lookOnce(storage, number, name, file));
    } catch (SaidTwice.NeverException never) {
      return new Found(first.size, null, 0, null, String.valueOf(never.getMessage()), true);
    }
  }

  private static Found lookOnce(Storage storage, long number, String name, StorageFile file)
      throws IOException {
    Reads reads = new Reads(file);
    long size = file.size();
    SegmentFooter footer = null;
    int checksum = 0;
    String why = "it has no footer";
    if (size >= SegmentFormat.TRAILER_BYTES + SegmentFormat.BASE_FOOTER_BYTES) {
      int window = (int) Math.min(TAIL_BYTES, size);
      ByteBuffer tail = reads.read(size - window, window);
      checksum = tail.getInt(window - 4);
      footer = footer(storage, name, reads, size, tail);
      why = "its footer is damaged";
    }
    IdentityBlock.Head head = null;
    if ((footer == null || footer.own() == null) && size >= IdentityBlock.HEAD_BYTES) {
      head = IdentityBlock.head(reads.read(0, IdentityBlock.HEAD_BYTES), 0);
    }
    boolean mine = head != null && head.number() == number;
    return new Found(size, footer, checksum, mine ? head : null, why, reads.refused);
  }

  private static @Nullable SegmentFooter footer(
      Storage storage, String name, Reads reads, long size, ByteBuffer tail) throws IOException {
    int trailerAt = tail.limit() - SegmentFormat.TRAILER_BYTES;
    long length = Integer.toUnsignedLong(tail.getInt(trailerAt));
    byte[] magic = new byte[SegmentFormat.MAGIC.length];
    tail.get(trailerAt + 4, magic);
    long at = size - SegmentFormat.TRAILER_BYTES - length;
    if (!Arrays.equals(magic, SegmentFormat.MAGIC) || at < 0 || length > 1 << 20) {
      return null;
    }
    int here = trailerAt - (int) length;
    ByteBuffer bytes =
        here >= 0
            ? tail.slice(here, (int) length).order(ByteOrder.LITTLE_ENDIAN)
            : reads.read(at, (int) length);
    SegmentFooter parsed = SegmentFooter.parse(bytes, at);
    if (parsed == null && bytes.limit() >= 2) {
      refuseOtherVersion(storage, name, reads, size, tail, Short.toUnsignedInt(bytes.getShort(0)));
    }
    return parsed;
  }

  /** Of another version is only what its checksum confirms; anything else is damage. */
  private static void refuseOtherVersion(
      Storage storage, String name, Reads reads, long size, ByteBuffer tail, int version)
      throws IOException {
    if (version == SegmentFormat.VERSION) {
      return;
    }
    CRC32 crc = new CRC32();
    long end = size - tail.limit();
    for (long at = 0; at < end; at += CHUNK_BYTES) {
      crc.update(reads.read(at, (int) Math.min(CHUNK_BYTES, end - at)));
    }
    // Not read again: this is where the version stands.
    crc.update(tail.slice(0, tail.limit() - 4));
    if ((int) crc.getValue() == tail.getInt(tail.limit() - 4)) {
      throw new UnsupportedVersionException(
          storage.describe(name)
              + " is a segment of version "
              + version
              + ", and this Holdfast knows version 1: open it with the program that wrote it;"
              + " nothing was changed");
    }
  }

  /** Reads; what the disk refuses is zeros, so that checksums decide what it costs. */
  private static final class Reads {
    private final StorageFile file;
    private boolean refused;

    Reads(StorageFile file) {
      this.file = file;
    }

    ByteBuffer read(long at, int length) {
      ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      try {
        boolean _ = file.readFully(bytes, at);
      } catch (IOException e) {
        refused = true;
      }
      return bytes.clear();
    }
  }

  /** Its number. */
  public long number() {
    return number;
  }

  /** Its name in the storage. */
  public String name() {
    return name;
  }

  /** Its name for people. */
  String describe(Storage storage) {
    String known = described;
    if (known == null) {
      known = storage.describe(name);
      described = known;
    }
    return known;
  }

  /** Its bytes. */
  public long size() {
    return size;
  }

  /** How many bundles it says to have. */
  public int bundles() {
    return bundles;
  }

  /** The checksum in its trailer: with the number, what it is known by. */
  public int checksum() {
    return checksum;
  }

  /** Whether this engine wrote it, so that its bundles have sequences. */
  public boolean isOwn() {
    return summary != null;
  }

  /** The key of its first bundle, or below it. */
  public long first() {
    return first;
  }

  /** The key of its last bundle, or above it. */
  public long last() {
    return summary == null ? first + bundles - 1 : summary.last();
  }

  /** What counts as the ingestion time of bundles that have none; 0 if not known. */
  long modified() {
    return modified;
  }

  /** Whether all its data is older than a time, nanoseconds since the epoch; no, if not known. */
  public boolean isOlderThan(long notBefore) {
    return summary == null ? modified != 0 && modified < notBefore : summary.maxTime() < notBefore;
  }

  /** Whether some of its bundles had other sequences in the log. */
  boolean isRenumbered() {
    return summary != null && summary.renumbered();
  }

  @Nullable SegmentSummary summary() {
    return summary;
  }

  @Nullable SegmentFooter footer() {
    return footer;
  }

  /** Gives the bundles keys, where they have no sequences. */
  void startAt(long key) {
    first = key;
  }

  @Nullable StorageFile handle() {
    return handle;
  }

  @Nullable SegmentIndex index() {
    return index;
  }

  void load(StorageFile newHandle, SegmentIndex newIndex) {
    handle = newHandle;
    index = newIndex;
  }

  /** Keeps a handle until {@link #close}. */
  void hold(StorageFile newHandle) {
    handle = newHandle;
    held = true;
  }

  /** Lets go of the index, and of the handle unless it is held. */
  void unload() throws IOException {
    index = null;
    if (!held) {
      close();
    }
  }

  void close() throws IOException {
    index = null;
    held = false;
    StorageFile file = handle;
    handle = null;
    if (file != null) {
      file.close();
    }
  }

  void retain() {
    users++;
  }

  void release() {
    users--;
  }

  boolean inUse() {
    return users > 0;
  }

  /** True the first time. */
  boolean markRefused() {
    boolean first = !refused;
    refused = true;
    return first;
  }

  Refusals refusals() {
    return refusals;
  }

  /** Whether what it holds is passed over until the directory is opened again. */
  boolean isLeftOut() {
    return leftOut;
  }

  void leaveOut() {
    leftOut = true;
  }

  boolean isVerified() {
    return verified;
  }

  void markVerified() {
    verified = true;
  }
}
