package io.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How long the delays between attempts are. */
class RetryPolicyTest {
  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void delaysDoubleUpToTheLongest() {
    RetryPolicy policy =
        new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(5), 0, RetryPolicy.UNLIMITED);
    assertThat(policy.delay(1, random)).isEqualTo(Duration.ofSeconds(1));
    assertThat(policy.delay(2, random)).isEqualTo(Duration.ofSeconds(2));
    assertThat(policy.delay(3, random)).isEqualTo(Duration.ofSeconds(4));
    assertThat(policy.delay(4, random)).isEqualTo(Duration.ofSeconds(5));
    assertThat(policy.delay(Integer.MAX_VALUE, random)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void jitterTakesARandomPartOffAndNoMoreThanItMay() {
    RetryPolicy policy = new RetryPolicy(Duration.ofSeconds(4), Duration.ofSeconds(4), 0.25, 1);
    Set<Duration> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Duration delay = policy.delay(1, random);
      assertThat(delay).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
      seen.add(delay);
    }
    assertThat(seen).hasSizeGreaterThan(900);
  }

  @Test
  void theLongestDelayMayBeForEver() {
    RetryPolicy policy =
        new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(Long.MAX_VALUE), 1, 1);
    assertThat(policy.delay(1000, random)).isPositive();
  }

  @Test
  void whatContradictsItselfIsRefused() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new RetryPolicy(second, Duration.ZERO, 0, 1))
        .hasMessageContaining("first <= longest");
    assertThatThrownBy(() -> new RetryPolicy(second.negated(), second, 0, 1))
        .hasMessageContaining("0 <= first");
    assertThatThrownBy(() -> new RetryPolicy(second, second, 1.1, 1))
        .hasMessageContaining("jitter");
    assertThatThrownBy(() -> new RetryPolicy(second, second, Double.NaN, 1))
        .hasMessageContaining("jitter");
    assertThatThrownBy(() -> new RetryPolicy(second, second, 0, 0))
        .hasMessageContaining("maxAttempts");
  }
}
