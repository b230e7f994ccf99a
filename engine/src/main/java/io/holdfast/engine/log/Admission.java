package io.holdfast.engine.log;

/**
 * Whether there is room under the cap. Bytes are admitted before an entry is queued, so that what
 * is queued always fits. Everything in the directory counts; preallocated space behind the end of
 * the active file is what admitted entries will use, so it counts once. Thread-safe.
 */
public final class Admission {
  /** What the small files may take: cursor, state, progress, owner, headers. */
  private static final long METADATA_BYTES = 256 << 10;

  private final long cap;
  private long others;
  private long activeEnd;
  private long activeAllocated;
  private long pending;

  /** Nothing used yet. */
  public Admission(long cap) {
    this.cap = cap;
  }

  /** Admits bytes if there is room for them. */
  public synchronized boolean tryAdmit(int bytes) {
    if (used(activeAllocated, bytes) > cap) {
      return false;
    }
    pending += bytes;
    return true;
  }

  /** Gives back bytes that were admitted and not written. */
  public synchronized void refuse(long bytes) {
    pending -= bytes;
  }

  /** Bytes that were admitted are now in the active file, which ends here. */
  synchronized void written(long bytes, long newEnd) {
    pending -= bytes;
    activeEnd = newEnd;
    activeAllocated = Math.max(activeAllocated, newEnd);
  }

  /** Takes space for the active file's preallocation, if a quarter of the cap stays for entries. */
  synchronized boolean tryAllocate(long newAllocated) {
    if (used(Math.max(activeAllocated, newAllocated), 0) > cap - cap / 4) {
      return false;
    }
    activeAllocated = Math.max(activeAllocated, newAllocated);
    return true;
  }

  /** The active file is this long, and its entries end here. */
  synchronized void active(long end, long allocated) {
    activeEnd = end;
    activeAllocated = allocated;
  }

  /** The active file's preallocation ends here after all. */
  synchronized void allocated(long newAllocated) {
    activeAllocated = Math.max(activeEnd, newAllocated);
  }

  /** Another file of this size is in the directory. */
  public synchronized void fileAdded(long bytes) {
    others += bytes;
  }

  /** A file of this size is gone. */
  public synchronized void fileDeleted(long bytes) {
    others -= bytes;
  }

  /** Takes space for a file that is nice to have, if a quarter of the cap stays for entries. */
  synchronized boolean tryAddFile(long bytes) {
    if (used(activeAllocated, 0) + bytes > cap - cap / 4) {
      return false;
    }
    others += bytes;
    return true;
  }

  /** Takes space for what must be kept outside the log, if the cap allows. */
  public synchronized boolean tryKeep(long bytes) {
    if (used(activeAllocated, 0) + bytes > cap) {
      return false;
    }
    others += bytes;
    return true;
  }

  /** What is kept outside the log takes so much more, or less, whether there is room or not. */
  public synchronized void kept(long delta) {
    others += delta;
  }

  /** What the directory takes, and what is admitted on top. */
  public synchronized long used() {
    return used(activeAllocated, 0);
  }

  private long used(long allocated, long more) {
    return METADATA_BYTES + others + Math.max(allocated, activeEnd + pending + more);
  }
}
