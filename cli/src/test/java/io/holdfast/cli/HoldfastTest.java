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

  @Test
  void helpNamesAllCommandsAlsoBehindOneThatIsMisspelled() {
    assertThat(screen.run("--help")).isZero();
    assertThat(screen.out()).contains("  server ", "  run ", "  append ", "  bench ");

    assertThat(screen.run("apend")).isEqualTo(2);
    assertThat(screen.err()).contains("append");

    assertThat(screen.run("bench", "--help")).isZero();
    assertThat(screen.out()).contains("Usage: holdfast bench", "  append ", "  subscribers ");

    assertThat(screen.run("bench", "apend")).isEqualTo(2);
    assertThat(screen.err()).contains("append");
  }

  @Test
  void aCommandThatIsNamedKnowsWhatItIsCalled() {
    assertThat(screen.run("append", "--help")).isZero();
    assertThat(screen.out()).contains("Usage: holdfast append");

    assertThat(screen.run("server", "run", "--help")).isZero();
    assertThat(screen.out()).contains("Usage: holdfast server run");
  }
}
