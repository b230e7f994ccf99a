package io.holdfast.connectors.testing;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.SourceContext;
import io.holdfast.script.Value;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/**
 * Hands out numbers from 0 in windows, and what failed of a window again until all of it is acked:
 * a durable buffer without a disk.
 */
public final class RetryingSource implements Source {
  private final int count;
  private final int window;

  /** So many events, so many of them under way at once. */
  public RetryingSource(int count, int window) {
    this.count = count;
    this.window = window;
  }

  @Override
  public void run(SourceContext context) throws InterruptedException {
    for (long first = 0; first < count; first += window) {
      List<Long> open = LongStream.range(first, Math.min(count, first + window)).boxed().toList();
      while (!open.isEmpty()) {
        context.awaitOpen();
        open = failedOf(open, context);
      }
    }
  }

  private static List<Long> failedOf(List<Long> ids, SourceContext context)
      throws InterruptedException {
    CountDownLatch left = new CountDownLatch(ids.size());
    SortedSet<Long> failed = new ConcurrentSkipListSet<>();
    context.emit(
        ids.stream().map(id -> Event.of(Value.of(id), 0, null, id)).toList(),
        (event, outcome) -> {
          if (!outcome.isAcked()) {
            failed.add(event.id());
          }
          left.countDown();
        });
    left.await();
    return List.copyOf(failed);
  }
}
