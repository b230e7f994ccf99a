package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.progress.ProgressFile;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The dead letters of all subscribers of one buffer. Thread-safe. */
final class DeadLetterBoxes {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Storage storage;
  private final BufferOptions options;
  private final Admission room;
  private final SafeListener listener;
  private final Runnable replayed;
  private final EngineThreads threads;
  private final Map<String, DeadLetterBox> boxes = new HashMap<>();

  /** Whose replays wait until the disk is well, or who has letters that are resolved. */
  private final Set<String> waiting = new TreeSet<>();

  /** Whose resolved letters cannot be deleted; it was said. */
  private final Set<String> stuck = new TreeSet<>();

  /** Looks after those that wait; there while some do. */
  private TaskExecutor.@Nullable Task tending;

  private boolean closed;

  /**
   * The boxes that there are: what they take counts, whether somebody asks for them or not.
   *
   * @param storage of the buffer
   * @param threads of the buffer
   * @param replayed is run when some subscriber may have something delivered again; quick, and
   *     taking no lock
   */
  DeadLetterBoxes(
      Storage storage,
      BufferOptions options,
      Admission room,
      SafeListener listener,
      EngineThreads threads,
      Runnable replayed)
      throws IOException {
    this.storage = storage;
    this.options = options;
    this.room = room;
    this.listener = listener;
    this.threads = threads;
    this.replayed = replayed;
    for (String id : storage.listFolders(DeadLetterBox.FOLDER)) {
      if (ProgressFile.isLegal(id)) {
        of(id);
      }
    }
  }

  /** The box of a subscriber, whether there is anything in it or not. */
  synchronized DeadLetterBox of(String id) throws IOException {
    DeadLetterBox box = boxes.get(id);
    if (box == null) {
      Storage folder = storage.folder(DeadLetterBox.FOLDER).folder(id);
      box = new DeadLetterBox(folder, options, room, replayed, () -> tendLater(id));
      boxes.put(id, box);
    }
    return box;
  }

  /** Goes on with what was asked for before the buffer was opened, as soon as the disk lets it. */
  void resumeReplays(String id) {
    try {
      of(id).resumeReplays();
    } catch (ClosedException closing) {
      // It goes on in the next life.
    } catch (IOException | HoldfastException e) {
      failed(
          "the dead letters of subscriber "
              + id
              + " cannot be replayed: "
              + e.getMessage()
              + "; it is tried again");
      tendLater(id);
    }
  }

  private synchronized void tendLater(String id) {
    if (closed) {
      return;
    }
    waiting.add(id);
    if (tending == null) {
      // What a box does waits for its tasks, which the upkeep of this buffer must not do.
      tending = threads.apart("holdfast-letters", this::tend);
    }
    tending.signalAfter(RETRY);
  }

  /** Says whether none is left. */
  private boolean tend() {
    for (String id : waiting()) {
      try {
        of(id).resumeReplays();
        deleteResolved(id);
      } catch (ClosedException closing) {
        // It goes on in the next life.
      } catch (IOException | HoldfastException stillIll) {
        // Said before.
        tendLater(id);
      }
    }
    return isDone();
  }

  private void deleteResolved(String id) throws IOException {
    try {
      of(id).deleteResolved();
      stuck.remove(id);
    } catch (StorageException e) {
      if (stuck.add(id)) {
        failed(
            "what dead letters of subscriber "
                + id
                + " have left cannot be deleted: "
                + e.getMessage()
                + "; it is tried again");
      }
      throw e;
    }
  }

  private synchronized List<String> waiting() {
    List<String> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** Whoever waits from now on gets another task. */
  private synchronized boolean isDone() {
    if (tending != null && !waiting.isEmpty()) {
      tending.signalAfter(RETRY);
      return false;
    }
    tending = null;
    return true;
  }

  /** Makes durable which letters that were delivered again are resolved. */
  void flush() {
    List<DeadLetterBox> all;
    synchronized (this) {
      all = List.copyOf(boxes.values());
    }
    for (DeadLetterBox box : all) {
      LetterFeed letters = box.replays();
      try {
        if (letters != null) {
          letters.buffer().flush();
        }
      } catch (ClosedException emptied) {
        // Then that is durable, or closing makes it so.
      }
    }
  }

  /**
   * What closing them has left to be said, when the rest of the buffer is closed as well.
   *
   * @param failure of the first that failed, with those of the others
   */
  record Closed(@Nullable Throwable failure) implements AutoCloseable {
    @Override
    public void close() {
      switch (failure) {
        case null -> {}
        case RuntimeException runtime -> throw runtime;
        case Error error -> throw error;
        default -> throw new IllegalStateException(failure);
      }
    }
  }

  /** Closes all, whatever becomes of one of them. */
  Closed close() {
    List<DeadLetterBox> closing;
    TaskExecutor.Task ending;
    synchronized (this) {
      closed = true;
      closing = List.copyOf(boxes.values());
      ending = tending;
      tending = null;
    }
    if (ending != null) {
      ending.close();
    }
    Throwable first = null;
    for (DeadLetterBox box : closing) {
      try {
        box.close();
      } catch (Throwable failure) {
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    return new Closed(first);
  }

  private void failed(String message) {
    EngineEvent failure = new EngineEvent("holdfast.deadletter.failure", Level.WARNING, message);
    // Closing waits for who tells this, so that whoever is told must not wait for the closing.
    threads.asStep(() -> listener.on(failure));
  }
}
