package io.holdfast.engine.capacity;

import io.holdfast.engine.BufferStatus;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/**
 * The account of one buffer: what its directory takes, and whether an append fits. Bytes are
 * admitted before an entry is queued, so that what is queued always fits. Everything in the
 * directory counts; preallocated space behind the end of the active file is what admitted entries
 * will use, so it counts once.
 *
 * <p>A {@linkplain Limits#reservationBytes reservation} is taken before the first append is
 * admitted. While it cannot be had, nothing is admitted: the buffer delivers only.
 *
 * <p>A buffer in a folder of another one is its {@linkplain #within guest}: what it takes is taken
 * of its host, at once, so that the cap holds for both whatever either does by itself. A guest
 * reserves nothing. It may use what its host has reserved, and no bundle goes for it.
 *
 * <p>Thread-safe.
 */
public final class Admission implements AutoCloseable {
  /** What the small files may take: cursor, state, progress, owner, headers. */
  public static final long METADATA_BYTES = (256 << 10) + ReserveFile.BYTES;

  /** Of the space that was free, this part may be used before it is looked at again. */
  private static final long LOOK_PART = 4;

  /** Who is told; quick, and taking no lock that is held while this object is called. */
  public interface Owner {
    /** There may be room now: let appends that wait try again. */
    void roomCame();

    /**
     * Deletes what is only nice to have. Called with no lock held, by whoever would be refused
     * otherwise.
     *
     * @return whether there was something
     */
    boolean reclaim();

    /** Somebody waits for room, or free space is to be looked at: do the upkeep soon. */
    void upkeepWanted();
  }

  private final SharedSpace space;
  private final Limits limits;

  /** In whose folder this buffer is, as dead letters; null when it is in none. */
  private final @Nullable Admission host;

  /** No less than this counts for the host. */
  private long floor;

  private final EnumMap<FileKind, Long> files = new EnumMap<>(FileKind.class);

  /** The sum of {@link #files}. */
  private long others;

  private long activeEnd;
  private long activeAllocated;
  private long pending;

  /** What {@link #space} knows of. */
  private long counted;

  private long reserved;
  private long deletions;
  private long usedAtLook;
  private long freeAtLook = Long.MAX_VALUE;
  private boolean lookWanted;
  private boolean closed;
  private @Nullable Owner owner;

  /** Nothing used yet, in a space that others may share. */
  public Admission(SharedSpace space, Limits limits) {
    this(space, limits, null, 0);
  }

  private Admission(SharedSpace space, Limits limits, @Nullable Admission host, long handedOver) {
    this.space = space;
    this.limits = limits;
    this.host = host;
    this.counted = handedOver;
    this.floor = handedOver;
    this.lookWanted = host == null && space.keepFree() > 0;
    for (FileKind kind : FileKind.values()) {
      files.put(kind, 0L);
    }
    synchronized (space) {
      count();
    }
  }

  /**
   * The account of dead letters, a buffer in a folder of the one that they are of.
   *
   * @param handedOver what the host counts for them already, and goes on to count until {@link
   *     #settled}: they are all there, and only not found yet
   */
  public static Admission within(Admission host, Limits limits, long handedOver) {
    return new Admission(host.space, limits, host, handedOver);
  }

  /** All that was handed over is found: from now on what was found counts. */
  public void settled() {
    synchronized (space) {
      floor = 0;
      count();
    }
  }

  /** What counts for others, also when it is closed, if it was {@linkplain #leave left}. */
  public long counted() {
    synchronized (space) {
      return counted;
    }
  }

  /** The sizes that follow from the cap. */
  public Limits limits() {
    return limits;
  }

  /** Where room may come from. */
  public SharedSpace space() {
    return space;
  }

  /** Forgets all files: they are about to be counted, perhaps again. */
  public void clear() {
    synchronized (space) {
      files.replaceAll((kind, bytes) -> 0L);
      others = 0;
      active(0, 0);
    }
  }

  /** From now on the owner is told; takes the reservation if it can be had. */
  public void join(Owner newOwner) {
    synchronized (space) {
      owner = newOwner;
      space.join(this);
      if (host == null) {
        boolean _ = hasReservation();
      }
    }
  }

  // ------------------------------------------------------------------ entries

  /** Admits bytes if there is room for them. */
  public boolean tryAdmit(int bytes) {
    synchronized (space) {
      long more = used(activeAllocated, bytes) - used();
      if (!mayAdmit(more)) {
        return false;
      }
      pending += bytes;
      count();
      return true;
    }
  }

  private boolean mayAdmit(long more) {
    return host == null ? hasReservation() && fits(more, 0) && leavesFree(more) : fitsNeeded(more);
  }

  /** Gives back bytes that were admitted and not written. */
  public void refuse(long bytes) {
    synchronized (space) {
      pending -= bytes;
      count();
    }
  }

  /** Bytes that were admitted are now in the active file, which ends here. */
  public void written(long bytes, long newEnd) {
    synchronized (space) {
      pending -= bytes;
      activeEnd = newEnd;
      activeAllocated = Math.max(activeAllocated, newEnd);
      count();
    }
  }

  // ------------------------------------------------------------------ the active file

  /** The active file is this long, and its entries end here. */
  public void active(long end, long allocated) {
    synchronized (space) {
      activeEnd = end;
      activeAllocated = allocated;
      count();
    }
  }

  /**
   * Another file has become the active one.
   *
   * @param oldSize of the one before
   */
  public void rotated(long oldSize, long end, long allocated) {
    synchronized (space) {
      files.merge(FileKind.LOG, oldSize, Long::sum);
      others += oldSize;
      active(end, allocated);
    }
  }

  /** Takes space for the active file's preallocation, if enough stays for entries. */
  public boolean tryAllocate(long newAllocated) {
    synchronized (space) {
      long allocated = Math.max(activeAllocated, newAllocated);
      if (!isSpare(used(allocated, 0) - used())) {
        return false;
      }
      activeAllocated = allocated;
      count();
      return true;
    }
  }

  /** Where the active file ends at most, its preallocation included. */
  public long activeAllocated() {
    synchronized (space) {
      return activeAllocated;
    }
  }

  /** The active file's preallocation ends here after all. */
  public void allocated(long newAllocated) {
    synchronized (space) {
      activeAllocated = Math.max(activeEnd, newAllocated);
      count();
    }
  }

  // ------------------------------------------------------------------ other files

  /** Another file of this size is in the directory, whether there was room or not. */
  public void fileAdded(FileKind kind, long bytes) {
    synchronized (space) {
      files.merge(kind, bytes, Long::sum);
      others += bytes;
      count();
    }
  }

  /** A file of this size is gone, or shorter by so much. */
  public void fileDeleted(FileKind kind, long bytes) {
    synchronized (space) {
      deletions++;
      fileAdded(kind, -bytes);
    }
  }

  /** How often {@link #fileDeleted} has said that something is gone. */
  public long deletions() {
    synchronized (space) {
      return deletions;
    }
  }

  /** Whether enough stays for entries when what is nice to have stays as well. */
  public boolean isRoomy() {
    synchronized (space) {
      return !space.isWanted() && isSpare(0);
    }
  }

  /** Takes space for a file that is nice to have, if enough stays for entries. */
  public boolean tryAddFile(FileKind kind, long bytes) {
    synchronized (space) {
      if (!isSpare(bytes)) {
        return false;
      }
      fileAdded(kind, bytes);
      return true;
    }
  }

  /**
   * Takes space for a file that the buffer needs to go on, a segment for instance: it may use what
   * this buffer has reserved, and no other's. Appends wait until as much is free again.
   */
  public boolean tryAddNeeded(FileKind kind, long bytes) {
    synchronized (space) {
      if (!fitsNeeded(bytes)) {
        return false;
      }
      fileAdded(kind, bytes);
      return true;
    }
  }

  // ------------------------------------------------------------------ free space

  /** Whether the filesystem's free space is to be looked at. */
  public boolean wantsLook() {
    synchronized (space) {
      return lookWanted;
    }
  }

  /** So many bytes are free on the filesystem now. */
  public void looked(long free) {
    synchronized (space) {
      usedAtLook = used();
      freeAtLook = free;
      lookWanted = false;
      tellFreed();
    }
  }

  private boolean leavesFree(long more) {
    if (space.keepFree() == 0 || freeAtLook == Long.MAX_VALUE) {
      return true;
    }
    // What is reserved is on top, or a segment would take of what is to stay free.
    long spare = freeAtLook - space.keepFree() - limits.reservationBytes();
    long grown = used() - usedAtLook + more;
    if (grown > spare) {
      // Who is refused asks for the upkeep, and with it for a look.
      lookWanted = true;
      return false;
    }
    if (!lookWanted && grown > spare / LOOK_PART) {
      lookWanted = true;
      tellWanted();
    }
    return true;
  }

  // ------------------------------------------------------------------ what is used

  /** What the directory takes, and what is admitted on top. */
  public long used() {
    synchronized (space) {
      return used(activeAllocated, 0);
    }
  }

  /** The same by kinds. */
  public BufferStatus.DiskUse use() {
    synchronized (space) {
      return new BufferStatus.DiskUse(
          used(FileKind.LOG) + Math.max(activeAllocated, activeEnd + pending),
          used(FileKind.SEGMENT),
          used(FileKind.DEAD_LETTERS),
          used(FileKind.QUARANTINE),
          METADATA_BYTES,
          used(FileKind.FOREIGN));
    }
  }

  private long used(FileKind kind) {
    return files.getOrDefault(kind, 0L);
  }

  /** What is kept free for a segment and the largest entry. */
  public long reserved() {
    synchronized (space) {
      return reserved;
    }
  }

  /**
   * Why something does not fit.
   *
   * @param why for people, as the end of a sentence
   * @param cap whether a cap leaves no room, and not the filesystem
   */
  public record Full(String why, boolean cap) {}

  /** Why an append of so many bytes is refused. */
  public Full whyFull(int bytes) {
    synchronized (space) {
      if (host != null) {
        return new Full(
            host.used() + " of " + host.limits.capBytes() + " bytes are taken" + host.shared(),
            true);
      }
      if (!hasReservation()) {
        return new Full(
            used()
                + " of "
                + limits.capBytes()
                + " bytes are taken"
                + shared()
                + ", and to take appends it needs another "
                + limits.reservationBytes()
                + " for a segment and the largest entry: until then it only delivers; let"
                + " subscribers ack, or give it a larger cap",
            true);
      }
      if (!leavesFree(used(activeAllocated, bytes) - used())) {
        return new Full(
            "its filesystem has "
                + freeAtLook
                + " bytes free, and "
                + space.keepFree()
                + " are to stay free (its cap is "
                + limits.capBytes()
                + "): free some space, or let subscribers ack",
            false);
      }
      return new Full(
          used()
              + " of "
              + limits.capBytes()
              + " bytes are taken"
              + shared()
              + ", and "
              + reserved
              + " are kept for a segment and the largest entry; it empties as subscribers ack",
          true);
    }
  }

  private String shared() {
    return space.used() == used()
        ? ""
        : " here and " + space.used() + " of " + space.cap() + " in the budget that it shares";
  }

  private boolean hasReservation() {
    if (reserved > 0) {
      return true;
    }
    if (closed || !fits(0, limits.reservationBytes())) {
      return false;
    }
    reserved = limits.reservationBytes();
    space.reserve(reserved);
    return true;
  }

  private boolean fits(long more, long free) {
    return used() + more + reserved + free <= limits.capBytes() && space.fits(more, free);
  }

  private boolean fitsNeeded(long more) {
    return used() + more <= limits.capBytes()
        && (host == null ? space.fits(more - reserved, 0) : host.fitsNeeded(more));
  }

  private boolean isSpare(long more) {
    if (host != null) {
      return host.isSpare(more);
    }
    return reserved > 0 && fits(more, limits.unspentBytes() - reserved) && leavesFree(more);
  }

  private long used(long allocated, long more) {
    return METADATA_BYTES + others + Math.max(allocated, activeEnd + pending + more);
  }

  private void count() {
    if (closed) {
      return;
    }
    long now = Math.max(floor, used());
    long delta = now - counted;
    counted = now;
    take(delta);
  }

  private void take(long delta) {
    if (host == null) {
      space.add(delta);
    } else if (delta != 0) {
      host.fileAdded(FileKind.DEAD_LETTERS, delta);
    }
  }

  /** An append begins to wait: every member of the space is asked for what it can spare. */
  public void beginWaiting() {
    if (host == null) {
      space.beginWaiting();
    }
  }

  /** An append has ended to wait. */
  public void endWaiting() {
    if (host == null) {
      space.endWaiting();
    }
  }

  void tellFreed() {
    Owner told = owner;
    if (told != null) {
      told.roomCame();
    }
  }

  boolean reclaim() {
    Owner told = owner;
    return told != null && told.reclaim();
  }

  void tellWanted() {
    Owner told = owner;
    if (told != null) {
      told.upkeepWanted();
    }
  }

  /**
   * The buffer is closed: its directory counts no more. That of a guest does, with what was handed
   * over: it is as if it had not been opened.
   */
  @Override
  public void close() {
    synchronized (space) {
      if (leave() && host != null) {
        take(floor - counted);
      }
    }
  }

  /**
   * As {@link #close}, but what is {@link #counted} of a guest goes on to count for its host, who
   * gives it back when the files are gone.
   *
   * @return false when this came before
   */
  public boolean leave() {
    synchronized (space) {
      if (closed) {
        return false;
      }
      closed = true;
      space.leave(this);
      long before = reserved;
      reserved = 0;
      if (host == null) {
        space.reserve(-before);
        take(-counted);
      }
      return true;
    }
  }
}
