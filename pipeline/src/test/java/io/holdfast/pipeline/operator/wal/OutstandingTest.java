package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.pipeline.bundle.EventBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is out is counted once. */
class OutstandingTest {
  @TempDir private Path directory;

  @Test
  void aBundleIsTakenOutOnce() {
    try (WindowBench bench =
            new WindowBench(directory, 1, Patience.usual(), BufferOptions.defaults());
        Delivery delivery = delivery(bench)) {
      Outstanding outstanding = new Outstanding(new Patience(10));
      Held bundle = new Held(delivery, EventBundle.decode(delivery.bundle()));
      outstanding.add(bundle);
      outstanding.move(bundle.next(0), Place.UNTIL_MORE);
      outstanding.remove(bundle);
      outstanding.remove(bundle);
      assertThat(outstanding.waiting()).isZero();
      assertThat(outstanding.collected()).isZero();
      assertThat(outstanding.size()).isZero();
    }
  }

  private static Delivery delivery(WindowBench bench) {
    bench.append(1);
    return Objects.requireNonNull(bench.subscriber.next(Duration.ofSeconds(30)));
  }
}
