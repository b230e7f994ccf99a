package io.holdfast.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(3), new Random(1));

  @Test
  void waitsAreInTheUpperHalfOfADoublingCappedRange() {
    long most = 100;
    for (int i = 0; i < 200; i++) {
      long wait = backoff.next().toMillis();
      assertThat(wait).isBetween(most / 2, most);
      most = Math.min(3000, most * 2);
    }
  }

  @Test
  void aSuccessBeginsAnew() {
    for (int i = 0; i < 10; i++) {
      backoff.next();
    }
    backoff.reset();

    assertThat(backoff.failures()).isZero();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
  }

  @Test
  void waitsOfManyDiffer() {
    for (int i = 0; i < 10; i++) {
      backoff.next();
    }

    assertThat(backoff.next()).isNotEqualTo(backoff.next());
  }
}
