package io.holdfast.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A file without its name: what programs see of it, what the medium holds, and the changes between
 * the two in their order.
 */
final class Node {
  private sealed interface Change {
    record Write(long offset, Written bytes) implements Change {}

    record Cut(long size) implements Change {}

    /** The size of a write whose bytes were given up by a sync that failed. */
    record Grow(long size) implements Change {}
  }

  /** The identity: kept by renames and crashes, never used again. */
  final Long id;

  /** How many handles are open; an unlinked file takes space as long as there is one. */
  int handles;

  private final Bytes visible;
  private final Bytes settled;
  private final List<Change> pending = new ArrayList<>();

  Node(Long id) {
    this(id, new Bytes(), new Bytes());
  }

  private Node(Long id, Bytes visible, Bytes settled) {
    this.id = id;
    this.visible = visible;
    this.settled = settled;
  }

  Bytes visible() {
    return visible;
  }

  void write(long offset, Written bytes) {
    visible.write(offset, bytes);
    pending.add(new Change.Write(offset, bytes));
  }

  void cut(long size) {
    if (size < visible.size()) {
      visible.resize(size);
      pending.add(new Change.Cut(size));
    }
  }

  void sync() {
    for (Change change : pending) {
      switch (change) {
        case Change.Write(long offset, Written bytes) -> settled.write(offset, bytes);
        case Change.Cut(long size) -> settled.resize(size);
        case Change.Grow(long size) -> settled.resize(Math.max(size, settled.size()));
      }
    }
    pending.clear();
  }

  /** The last write is on the medium, and before it what is pending in its place. */
  void syncLast() {
    if (pending.isEmpty()
        || !(pending.getLast() instanceof Change.Write last)
        || !pending.stream().allMatch(change -> change instanceof Change.Write)) {
      // A change of the size goes to the journal with what follows it.
      sync();
      return;
    }
    List<Change> left = new ArrayList<>();
    for (Change change : pending) {
      if (change instanceof Change.Write(long offset, Written bytes)
          && offset < last.offset + last.bytes.length()
          && offset + bytes.length() > last.offset) {
        settled.write(offset, bytes);
      } else {
        left.add(change);
      }
    }
    pending.clear();
    pending.addAll(left);
  }

  /** A sync that fails: what it covered is no longer pending, and mostly not on the medium. */
  void failSync(Settling chance) {
    List<Change> left = new ArrayList<>();
    for (Change change : pending) {
      if (change instanceof Change.Write(long offset, Written bytes)) {
        // Only where the medium has room already: sizes are metadata, and stay pending.
        settle(settled, offset, bytes, chance, settled.size());
        left.add(new Change.Grow(offset + bytes.length()));
      } else {
        left.add(change);
      }
    }
    pending.clear();
    pending.addAll(left);
  }

  /** Changes what is there, synced and not, as a failing medium would. */
  void damage(long offset, Written bytes) {
    visible.write(offset, bytes);
    settled.write(offset, bytes);
  }

  /** Cuts what is there, synced and not. */
  void damageCut(long size) {
    visible.resize(Math.min(size, visible.size()));
    settled.resize(Math.min(size, settled.size()));
  }

  /** The file as it is after the process ended: nothing is lost, and nothing more is synced. */
  Node afterKill() {
    Node next = new Node(id, visible.copy(), settled.copy());
    next.pending.addAll(pending);
    return next;
  }

  /** The file as a crash leaves it. */
  Node afterCrash(Settling chance) {
    Bytes content = settled.copy();
    int sizes = chance.sizeChanges(pending.size());
    long size = content.size();
    for (int i = 0; i < pending.size(); i++) {
      boolean sized = i < sizes;
      switch (pending.get(i)) {
        case Change.Write(long offset, Written bytes) -> {
          settle(content, offset, bytes, chance, Long.MAX_VALUE);
          size = sized ? Math.max(size, offset + bytes.length()) : size;
        }
        case Change.Cut(long cut) -> {
          if (sized) {
            size = Math.min(size, cut);
            content.resize(Math.min(content.size(), cut));
          }
        }
        case Change.Grow(long grown) -> size = sized ? Math.max(size, grown) : size;
      }
    }
    content.resize(size);
    return new Node(id, content, content.copy());
  }

  /**
   * What a write leaves that no sync followed.
   *
   * @param limit the medium has no room behind it
   */
  private static void settle(
      Bytes medium, long offset, Written bytes, Settling chance, long limit) {
    boolean torn =
        switch (chance.fateOfWrite()) {
          case DROPPED -> false;
          case TORN -> true;
          case APPLIED -> {
            int count = Math.clamp(limit - offset, 0, bytes.length());
            medium.write(offset, bytes, 0, count);
            yield false;
          }
        };
    for (int from = 0; torn && from < bytes.length(); ) {
      long sectorEnd = ((offset + from) / chance.sectorBytes() + 1) * chance.sectorBytes();
      int to = Math.toIntExact(Math.min(bytes.length(), sectorEnd - offset));
      if (offset + to <= limit) {
        settleSector(medium, offset, bytes, from, to, chance);
      }
      from = to;
    }
  }

  private static void settleSector(
      Bytes medium, long offset, Written bytes, int from, int to, Settling chance) {
    switch (chance.fateOfSector()) {
      case NEW -> medium.write(offset + from, bytes, from, to - from);
      case OLD -> {}
      case NOISE -> {
        // A write that never came to its end does not harm what was there before it.
        if (medium.isZero(offset + from, to - from)) {
          medium.write(offset + from, Written.of(chance.noise(to - from)));
        }
      }
    }
  }
}
