package io.holdfast.engine;

import io.holdfast.engine.progress.LetterFile;
import io.holdfast.engine.progress.ProgressFile;
import io.holdfast.engine.progress.ReplayFile;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dead letters of one subscriber beside the buffer's owner: never in its way, and changes
 * nothing. Gives them as they were at some moment while this was opened; what the owner has
 * replayed or purged within its last {@link BufferOptions#progressInterval} may still be there. The
 * owner itself has {@link DurableBuffer#deadLetters}.
 *
 * <p>One thread at a time.
 */
public final class DeadLetterReader implements AutoCloseable {
  private final Storage box;
  private final ResolvedSet replayed;

  /** Null when there are no letters. The box has one subscriber, who says which are left. */
  private final @Nullable WalReader reader;

  /**
   * A dead letter.
   *
   * @param letter what is known of it
   * @param bundle what was given up; valid until the next one is asked for, and until {@link
   *     #close}
   */
  public record Item(DeadLetter letter, RecordBundle bundle) {}

  private DeadLetterReader(Storage box) throws IOException {
    this.box = box;
    this.replayed = ReplayFile.read(box);
    this.reader =
        DeadLetterBox.hasLog(box)
            ? WalReader.open(box, new WalReader.View.ForNewSubscriber())
            : null;
  }

  /**
   * The subscribers that have, or had, dead letters, in the order of their names; those that are
   * unsubscribed are among them.
   *
   * @throws StorageException when the disk refuses
   */
  public static List<String> subscribers(Path directory) {
    return subscribers(FileStorage.at(directory));
  }

  /** As {@link #subscribers(Path)}, on any storage. The storage stays the caller's. */
  public static List<String> subscribers(Storage storage) {
    try {
      List<String> ids = new ArrayList<>(storage.listFolders(DeadLetterBox.FOLDER));
      ids.removeIf(id -> !ProgressFile.isLegal(id));
      Collections.sort(ids);
      return ids;
    } catch (IOException e) {
      throw unreadable(storage, e);
    }
  }

  /**
   * Opens a reader. A subscriber that has none, or that is not there, has an empty one.
   *
   * @throws IllegalArgumentException when the id is not legal
   * @throws StorageException when the disk refuses
   */
  public static DeadLetterReader open(Path directory, String subscriber) {
    return open(FileStorage.at(directory), subscriber);
  }

  /** As {@link #open(Path, String)}, on any storage. The storage stays the caller's. */
  public static DeadLetterReader open(Storage storage, String subscriber) {
    WalBuffer.checkLegal(subscriber);
    try {
      return new DeadLetterReader(storage.folder(DeadLetterBox.FOLDER).folder(subscriber));
    } catch (IOException e) {
      throw unreadable(storage, e);
    }
  }

  private static StorageException unreadable(Storage storage, IOException e) {
    return new StorageException(
        "the dead letters in " + storage.describe("") + " cannot be read: " + WalBuffer.reason(e),
        e);
  }

  /** The next letter, ascending by number, or null at the end. */
  public @Nullable Item next() {
    BundleReader.Item found = reader == null ? null : reader.next();
    if (found == null) {
      return null;
    }
    // What a Holdfast buffer holds has a sequence.
    OptionalLong number = found.sequence();
    try {
      return new Item(
          DeadLetterBox.describe(
              number.orElse(-1),
              LetterFile.read(box, number.orElse(-1)),
              number.isPresent() && replayed.contains(number.getAsLong())),
          found.bundle());
    } catch (IOException e) {
      throw unreadable(box, e);
    }
  }

  /** How many letters there are; reads none of them. */
  public long count() {
    if (reader == null) {
      return 0;
    }
    try {
      return reader.unresolved().bundles();
    } catch (IOException e) {
      throw unreadable(box, e);
    }
  }

  /** What was found damaged or missing so far; complete when {@link #next} gave null. */
  public RecoveryReport report() {
    return reader == null
        ? new RecoveryReport(true, 0, List.of(), List.of(), List.of(), List.of())
        : reader.report();
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
