package io.holdfast.engine.log;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What was submitted and is not yet taken. Any thread may add, one at a time takes all that there
 * is; nobody waits for anybody.
 */
final class AppendChain {
  /** The last one, from which the others hang. */
  private final AtomicReference<@Nullable PendingAppend> incoming = new AtomicReference<>();

  /** The taker's own: the first one of those that are in no list yet; the next hang from it. */
  private @Nullable PendingAppend taken;

  /**
   * Adds an append, which is in no chain.
   *
   * @return whether it is the first since all was taken: who adds that one has to see to it that
   *     somebody takes
   */
  boolean add(PendingAppend append) {
    PendingAppend head;
    do {
      head = incoming.get();
      append.before = head;
    } while (!incoming.compareAndSet(head, append));
    return head == null;
  }

  /**
   * Moves all that there is to the end of a list, in the order in which it was added.
   *
   * @return whether there was anything
   */
  boolean takeAll(List<PendingAppend> queue) {
    boolean news = moveTaken(queue);
    PendingAppend append = incoming.getAndSet(null);
    while (append != null) {
      PendingAppend earlier = append.before;
      append.before = taken;
      taken = append;
      append = earlier;
    }
    return moveTaken(queue) || news;
  }

  private boolean moveTaken(List<PendingAppend> queue) {
    boolean some = taken != null;
    for (PendingAppend append = taken; append != null; append = taken) {
      // The list may find no memory to grow: then it, and what follows, waits for the next call.
      queue.add(append);
      taken = append.before;
      append.before = null;
    }
    return some;
  }
}
