package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgesTest {
  @Test
  void anAgeIsItsTwoLargestUnits() {
    assertThat(Ages.text(Duration.ofSeconds(-3))).isEqualTo("0 s");
    assertThat(Ages.text(Duration.ofSeconds(59))).isEqualTo("59 s");
    assertThat(Ages.text(Duration.ofSeconds(185))).isEqualTo("3 min 5 s");
    assertThat(Ages.text(Duration.ofMinutes(130))).isEqualTo("2 h 10 min");
    assertThat(Ages.text(Duration.ofHours(123))).isEqualTo("5 d 3 h");
  }
}
