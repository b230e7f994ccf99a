package io.holdfast.engine;

import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a buffer's directory beside its owner: never in its way, and changes nothing. Opened with
 * {@link #open(Path)} it gives every bundle that a new subscriber from the earliest would get, as
 * of some moment while it was opened. What it gives may be un-synced: a power cut may still take
 * back the last group.
 *
 * {@snippet :
 * try (BundleReader reader = BundleReader.open(Path.of("data"))) {
 *   for (BundleReader.Item item = reader.next(); item != null; item = reader.next()) {
 *     send(item.bundle());
 *   }
 * }
 * }
 *
 * <p>One thread at a time.
 */
public interface BundleReader extends AutoCloseable {

  /**
   * Opens a reader.
   *
   * @throws UnsupportedVersionException when the files are of a version that this engine does not
   *     know
   * @throws StorageException when the disk refuses, or there is no buffer
   */
  static BundleReader open(Path directory) {
    return open(FileStorage.at(directory));
  }

  /** As {@link #open(Path)}, on any storage. The storage stays the caller's. */
  static BundleReader open(Storage storage) {
    return WalReader.open(storage, new WalReader.View.ForNewSubscriber());
  }

  /**
   * Opens a reader of what one subscriber has not resolved: what it would get if the buffer was
   * opened now. Progress that its owner has not written yet counts as not made.
   *
   * @throws StorageException as {@link #open(Path)}, and when there is no such subscriber
   * @throws UnsupportedVersionException as {@link #open(Path)}
   */
  static BundleReader openFor(Path directory, String subscriber) {
    return openFor(FileStorage.at(directory), subscriber);
  }

  /** As {@link #openFor(Path, String)}, on any storage. The storage stays the caller's. */
  static BundleReader openFor(Storage storage, String subscriber) {
    return WalReader.open(storage, new WalReader.View.For(subscriber));
  }

  /**
   * Opens a reader that goes on: its {@link #next} gives null when there is nothing <em>now</em>,
   * and may give what was appended since when it is called again. A bundle comes once; one that is
   * resolved and deleted before it was read does not come. When the last group is taken back by a
   * failed write or a power cut, other bundles may come later under the same sequences.
   *
   * @throws StorageException as {@link #open(Path)}
   * @throws UnsupportedVersionException as {@link #open(Path)}
   */
  static BundleReader follow(Path directory) {
    return follow(FileStorage.at(directory));
  }

  /** As {@link #follow(Path)}, on any storage. The storage stays the caller's. */
  static BundleReader follow(Storage storage) {
    return FollowingReader.open(storage);
  }

  /**
   * The next bundle, or null at the end. It is valid until the next call and until {@link #close}.
   *
   * @throws StorageException when the disk refuses; the next call tries the same bundle again
   */
  @Nullable Item next();

  /**
   * What was found damaged, unconfirmed or missing so far; complete when {@link #next} gave null.
   */
  RecoveryReport report();

  /** Releases files and memory. */
  @Override
  void close();

  /**
   * A bundle and where it lies.
   *
   * @param bundle its slots
   * @param sequence its identity, where the files tell it
   * @param segment the number of its segment, when it lies in one
   * @param index its place in that segment
   * @param ingestionEpochNanos when it was appended, where the files tell it
   */
  record Item(
      RecordBundle bundle,
      OptionalLong sequence,
      OptionalLong segment,
      OptionalInt index,
      OptionalLong ingestionEpochNanos) {}
}
