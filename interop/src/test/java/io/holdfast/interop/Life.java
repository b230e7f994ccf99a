package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.canonical.CanonicalBundle;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.BundleReader;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.Subscriber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;

/** One life of our engine on a directory, as tests use it. */
final class Life implements AutoCloseable {
  private static final BufferOptions OPTIONS =
      BufferOptions.defaults()
          .withMaxInFlight(100_000)
          .withCapBytes(1L << 30)
          .withListener(event -> {});

  private final DurableBuffer buffer;

  private Life(DurableBuffer buffer) {
    this.buffer = buffer;
  }

  static Life open(Path directory) {
    return open(directory, options -> options);
  }

  static Life open(Path directory, UnaryOperator<BufferOptions> change) {
    return new Life(DurableBuffer.open(directory, change.apply(OPTIONS)));
  }

  DurableBuffer buffer() {
    return buffer;
  }

  long append(RecordBundle bundle) {
    return buffer.append(bundle);
  }

  /** What a subscriber has in line, as digests; all of it is given back. */
  List<String> peek(String subscriber) {
    return resolve(subscriber, i -> false);
  }

  /** As {@link #peek}, and acks those whose place in line is chosen. */
  List<String> resolve(String subscriber, LongPredicate acked) {
    return resolve(subscriber, acked, place -> false);
  }

  /** As {@link #resolve(String, LongPredicate)}, and rejects others. */
  List<String> resolve(String subscriber, LongPredicate acked, LongPredicate rejected) {
    List<String> digests = new ArrayList<>();
    List<Delivery> held = new ArrayList<>();
    try (Subscriber line = buffer.subscribe(subscriber)) {
      for (Delivery next = line.next(Duration.ZERO);
          next != null;
          next = line.next(Duration.ZERO)) {
        held.add(next);
        assertThat(next.attempt()).as("the attempts of sequence %s", next.sequence()).isPositive();
        digests.add(CanonicalBundle.digest(next.bundle()));
        if (acked.test(held.size() - 1)) {
          next.ack();
        } else if (rejected.test(held.size() - 1)) {
          next.reject("not wanted");
        }
      }
      held.forEach(Delivery::close);
    }
    return digests;
  }

  /** What a live reader finds, as digests. */
  static List<String> read(Path directory) {
    List<String> digests = new ArrayList<>();
    try (BundleReader reader = BundleReader.open(directory)) {
      for (BundleReader.Item item = reader.next(); item != null; item = reader.next()) {
        digests.add(CanonicalBundle.digest(item.bundle()));
      }
    }
    return digests;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
