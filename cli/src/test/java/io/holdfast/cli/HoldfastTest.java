package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoldfastTest {
  private final Screen screen = new Screen();

  @Test
  void versionAndHelpGoToStdoutAndAreDone() {
    assertThat(screen.run("--version")).isZero();
    assertThat(screen.out()).matches("holdfast \\d+\\.\\d+\\.\\d+.*\\R");
    assertThat(screen.err()).isEmpty();

    assertThat(screen.run("--help")).isZero();
    assertThat(screen.out()).contains("Usage: holdfast");
  }

  @Test
  void anUnknownCommandIsAUsageErrorThatNamesTheNearest() {
    assertThat(screen.run("--versoin")).isEqualTo(2);
    assertThat(screen.out()).isEmpty();
    assertThat(screen.err()).contains("--versoin").contains("--version");
  }
}
