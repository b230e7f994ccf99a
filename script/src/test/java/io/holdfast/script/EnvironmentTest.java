package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void theSystemsEnvironmentHasAHostnameAndAClockInNanoseconds() {
    Environment environment = Environment.system("01", "1.2.3");

    assertThat(environment.hostname()).isNotBlank();
    assertThat(environment.instance()).isEqualTo("01");
    assertThat(environment.version()).isEqualTo("1.2.3");
    long year2026 = 1_767_225_600_000_000_000L;
    assertThat(environment.nanoClock().getAsLong()).isGreaterThan(year2026);
    assertThat(environment.random().nextInt(3)).isBetween(0, 2);
  }
}
