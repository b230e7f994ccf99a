package io.holdfast.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Who is measured. */
enum Peer {
  /** What this is about. */
  HOLDFAST("Holdfast") {
    @Override
    Store open(Path directory, long syncNanos) {
      return new HoldfastStore(directory);
    }
  },
  /** Chronicle Queue. */
  CHRONICLE("Chronicle Queue") {
    @Override
    Store open(Path directory, long syncNanos) {
      return new ChronicleStore(directory);
    }
  },
  /** RocksDB. */
  ROCKSDB("RocksDB") {
    @Override
    Store open(Path directory, long syncNanos) throws IOException {
      return new RocksStore(directory);
    }
  },
  /** The journal of Artemis on a file channel. */
  ARTEMIS_NIO("Artemis, NIO") {
    @Override
    Store open(Path directory, long syncNanos) throws IOException {
      return new ArtemisStore(directory, false, syncNanos);
    }
  },
  /** The journal of Artemis on libaio. */
  ARTEMIS_AIO("Artemis, libaio") {
    @Override
    Store open(Path directory, long syncNanos) throws IOException {
      return new ArtemisStore(directory, true, syncNanos);
    }

    @Override
    boolean isThere() {
      return ArtemisStore.hasAsync();
    }
  };

  private final String title;

  Peer(String title) {
    this.title = title;
  }

  /** All that this machine has the parts for. */
  static List<Peer> there() {
    return List.of(values()).stream().filter(Peer::isThere).toList();
  }

  /**
   * Opens its store, which is made when there is none.
   *
   * @param syncNanos what a small write with its sync takes on this disk
   */
  abstract Store open(Path directory, long syncNanos) throws IOException;

  boolean isThere() {
    return true;
  }

  String title() {
    return title;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
