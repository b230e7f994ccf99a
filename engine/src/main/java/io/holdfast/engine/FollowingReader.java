package io.holdfast.engine;

import io.holdfast.engine.log.LogTail;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A live reader that goes on: first what is there, then what is appended, from the log. When the
 * log does not go on as it should it looks at the directory again, and gives what it has not given.
 */
final class FollowingReader implements BundleReader {
  /** More than a group has: what a failed write takes back is among the last so many. */
  private static final int REMEMBERED = 1 << 16;

  private final Storage storage;
  private final BufferPool pool = new BufferPool();
  private final BufferAllocator allocator = new RootAllocator();
  private final Set<RecoveryReport.Range> unconfirmed = new LinkedHashSet<>();
  private final Set<RecoveryReport.Range> damage = new LinkedHashSet<>();
  private final Set<RecoveryReport.SequenceRange> missing = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /** What was given last, in its order: a ring from {@link #oldest} on. */
  private final List<Identity> given = new ArrayList<>();

  private int oldest;
  private boolean clean;
  private @Nullable WalReader present;
  private @Nullable LogTail tail;
  private @Nullable StoredBundle current;
  private long read;

  private FollowingReader(Storage storage) {
    this.storage = storage;
  }

  static BundleReader open(Storage storage) {
    FollowingReader following = new FollowingReader(storage);
    boolean opened = false;
    try {
      following.look(new WalReader.View.ForNewSubscriber());
      opened = true;
      return following;
    } catch (IOException e) {
      throw following.cannotRead(e);
    } finally {
      if (!opened) {
        following.close();
      }
    }
  }

  /** Looks at the directory, and finds where the log goes on from there. */
  private void look(WalReader.View view) throws IOException {
    LogTail before = tail;
    tail = null;
    LogTail.Spot lostAt = null;
    if (before != null) {
      lostAt = before.spot();
      before.close();
    }
    WalReader found = WalReader.open(storage, view);
    present = found;
    LogTail behind = LogTail.behind(storage, found.survey(), pool, allocator);
    tail = behind;
    if (behind.spot().equals(lostAt)) {
      behind.waitPatiently();
    }
  }

  @Override
  public @Nullable Item next() {
    release();
    try {
      while (true) {
        WalReader now = present;
        if (now != null) {
          Item item = now.next();
          Identity identity = now.identity();
          if (item != null && identity != null) {
            remember(identity);
            return item;
          }
          present = null;
          keep(now.report());
          now.close();
        }
        LogTail following = tail;
        StoredBundle bundle = following == null ? null : following.next();
        if (bundle != null) {
          current = bundle;
          remember(bundle.identity());
          return WalReader.item(bundle);
        }
        if (following != null && !following.isLost()) {
          return null;
        }
        look(new WalReader.View.Behind(this::lastGiven));
      }
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private void remember(Identity identity) {
    read++;
    if (identity.sequence() < 0) {
      return;
    }
    if (given.size() < REMEMBERED) {
      given.add(identity);
    } else {
      given.set(oldest, identity);
      oldest = (oldest + 1) % REMEMBERED;
    }
  }

  /** The last sequence that was given and still stands; -1 when none does. */
  private long lastGiven(WalReader reader) {
    int low = 0;
    int high = given.size();
    // All up to some point still stand, none behind it does.
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (reader.isKnown(given.get((oldest + middle) % given.size()))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? -1 : given.get((oldest + low - 1) % given.size()).sequence();
  }

  private void keep(RecoveryReport report) {
    clean = report.cleanStop();
    unconfirmed.clear();
    unconfirmed.addAll(report.unconfirmed());
    damage.addAll(report.damage());
    missing.addAll(report.missing());
    notes.addAll(report.notes());
  }

  @Override
  public RecoveryReport report() {
    WalReader now = present;
    if (now != null) {
      keep(now.report());
    }
    return new RecoveryReport(
        clean,
        read,
        List.copyOf(unconfirmed),
        List.copyOf(damage),
        List.copyOf(missing),
        List.copyOf(notes));
  }

  private StorageException cannotRead(IOException e) {
    return new StorageException(
        storage.describe("") + " cannot be read: " + WalBuffer.reason(e), e);
  }

  private void release() {
    StoredBundle bundle = current;
    if (bundle != null) {
      current = null;
      bundle.close();
    }
  }

  @Override
  public void close() {
    release();
    WalReader now = present;
    present = null;
    LogTail following = tail;
    tail = null;
    try (allocator) {
      if (now != null) {
        now.close();
      }
      if (following != null) {
        following.close();
      }
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }
}
