package io.holdfast.engine.log;

import java.util.Collections;
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
    PendingAppend append = incoming.getAndSet(null);
    boolean news = append != null;
    int start = queue.size();
    while (append != null) {
      queue.add(append);
      PendingAppend earlier = append.before;
      append.before = null;
      append = earlier;
    }
    Collections.reverse(queue.subList(start, queue.size()));
    return news;
  }
}
