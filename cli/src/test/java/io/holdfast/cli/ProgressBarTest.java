package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void aBarSaysHowMuchIsDoneAndHowLongTheRestMayTake() {
    assertThat(ProgressBar.line(0, 400, Duration.ZERO)).isEqualTo("[" + " ".repeat(40) + "] 0 %");
    assertThat(ProgressBar.line(100, 400, MINUTE))
        .isEqualTo("[" + "#".repeat(10) + " ".repeat(30) + "] 25 %, about 3 min 0 s left");
    assertThat(ProgressBar.line(400, 400, MINUTE)).isEqualTo("[" + "#".repeat(40) + "] 100 %");
  }

  @Test
  void whatGrowsWhileItIsReadIsNeverMoreThanAll() {
    assertThat(ProgressBar.line(500, 400, MINUTE)).endsWith("] 100 %");
    assertThat(ProgressBar.line(0, 0, MINUTE)).endsWith("] 100 %");
  }

  @Test
  void theBarMakesRoomForALine() {
    Screen screen = new Screen();
    Console console = screen.console();
    try (ProgressBar bar = new ProgressBar(console.err(), true, Duration.ZERO)) {
      bar.at(1, 2);
      assertThat(screen.err()).contains("] 50 %").doesNotEndWith("\r");
      bar.clear();
      assertThat(screen.err()).endsWith("\r");
      console.say("a line");
    }
    assertThat(screen.err()).endsWith("\ra line\n");
  }

  @Test
  void nothingIsPrintedWhereNobodyLooks() {
    Screen screen = new Screen();
    try (ProgressBar bar = new ProgressBar(screen.console().err(), false)) {
      bar.at(1, 2);
    }
    assertThat(screen.err()).isEmpty();
  }
}
