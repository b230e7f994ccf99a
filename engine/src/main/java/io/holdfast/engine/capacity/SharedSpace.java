package io.holdfast.engine.capacity;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One cap over the directories of several buffers. The {@link Admission}s of those that are open
 * are its members; this object is the lock of all of them. Thread-safe.
 */
public final class SharedSpace {
  private final long cap;
  private final long keepFree;
  private final List<Admission> members = new CopyOnWriteArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private long used;
  private long reserved;

  /**
   * A space with nothing in it.
   *
   * @param cap the most that all directories together may take
   * @param keepFree what appends leave free on a filesystem, whoever else writes there
   */
  public SharedSpace(long cap, long keepFree) {
    this.cap = cap;
    this.keepFree = keepFree;
  }

  /** The most that all directories together may take. */
  public long cap() {
    return cap;
  }

  /** What appends leave free on a filesystem. */
  public long keepFree() {
    return keepFree;
  }

  /** What the directories of all members take, and what is admitted on top. */
  public synchronized long used() {
    return used;
  }

  /** What all members keep free for themselves. */
  public synchronized long reserved() {
    return reserved;
  }

  /** Whether some append waits for room; then what can be deleted should be, soon. */
  public boolean isWanted() {
    return waiting.get() > 0;
  }

  /**
   * Makes room of what members only have because there was plenty of it.
   *
   * @return whether there is more room now
   */
  public boolean reclaim() {
    boolean some = false;
    for (Admission member : members) {
      some |= member.reclaim();
    }
    return some;
  }

  /** An append begins to wait: every member is asked for what it can spare. */
  void beginWaiting() {
    waiting.incrementAndGet();
    for (Admission member : members) {
      member.tellWanted();
    }
  }

  /** An append has ended to wait. */
  void endWaiting() {
    waiting.decrementAndGet();
  }

  void join(Admission member) {
    members.add(member);
  }

  void leave(Admission member) {
    members.remove(member);
  }

  /** Under the lock: what the members take has changed. */
  void add(long delta) {
    used += delta;
    if (delta < 0) {
      tellFreed();
    }
  }

  /** Under the lock: what the members keep free has changed. */
  void reserve(long delta) {
    reserved += delta;
    if (delta < 0) {
      tellFreed();
    }
  }

  /** Under the lock: whether more fits, and leaves {@code free} beside what is reserved. */
  boolean fits(long more, long free) {
    return used + more + reserved + free <= cap;
  }

  private void tellFreed() {
    for (Admission member : members) {
      member.tellFreed();
    }
  }
}
