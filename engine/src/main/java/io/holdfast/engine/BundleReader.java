package io.holdfast.engine;

import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a buffer's directory beside its owner: takes no lock and changes nothing. It gives every
 * bundle that a new subscriber from the earliest would get, as of some moment while it was opened.
 * What it gives may be un-synced: a power cut may still take back the last group.
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
    return WalReader.open(storage);
  }

  /**
   * The next bundle, or null at the end. It is valid until the next call and until {@link #close}.
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
