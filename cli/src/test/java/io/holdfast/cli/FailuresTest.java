package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.EnvironmentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Failures failures =
      new Failures(
          new Console(
              new PrintStream(new ByteArrayOutputStream()),
              new PrintStream(err, true, StandardCharsets.UTF_8)));

  @Test
  void whatTheSystemRefusesIsASentenceAndTheEnvironment() {
    assertThat(failures.report(new NoSuchFileException("/no/such")))
        .isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(failures.report(new UncheckedIOException(new AccessDeniedException("/locked"))))
        .isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(failures.report(new IOException("No space left on device")))
        .isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(failures.report(new EnvironmentException("the data directory is a file", null)))
        .isEqualTo(ExitCode.ENVIRONMENT);

    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "holdfast: /no/such: no such file",
            "holdfast: /locked: no permission",
            "holdfast: No space left on device",
            "holdfast: the data directory is a file");
  }

  @Test
  void aDefectShowsItsTrace() {
    assertThat(failures.report(new IllegalStateException("oops"))).isEqualTo(ExitCode.BAD);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("holdfast: this is a defect of Holdfast")
        .contains("java.lang.IllegalStateException: oops")
        .contains("at io.holdfast.cli");
  }
}
