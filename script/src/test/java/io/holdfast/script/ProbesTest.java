package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs small programs whose answers are known. Those that do not give them yet are listed in {@code
 * probes-open.txt}: the list may only become shorter, so one that passes must be taken off it.
 */
class ProbesTest {
  @TestFactory
  Stream<DynamicTest> answersAreThoseOfTheReference() throws IOException {
    Set<String> open = open();
    return Probe.all().stream()
        .map(
            probe ->
                DynamicTest.dynamicTest(
                    probe.name(),
                    () -> {
                      String difference = difference(probe);
                      if (open.contains(probe.name())) {
                        assertThat(difference)
                            .as("%s passes: take it off the list", probe.name())
                            .isNotNull();
                      } else {
                        assertThat(difference).as(probe.program()).isNull();
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> answersAreTheSameForEventsThatAreReadAsAWhole() throws IOException {
    Set<String> open = open();
    return Probe.all().stream()
        .filter(probe -> !open.contains(probe.name()))
        .map(
            probe ->
                DynamicTest.dynamicTest(
                    probe.name(), () -> assertThat(difference(probe.readAsAWhole())).isNull()));
  }

  @Test
  void theListOfOpenProbesNamesOnlyProbes() throws IOException {
    assertThat(Probe.all()).extracting(Probe::name).containsAll(open());
  }

  private static Set<String> open() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ProbesTest.class.getResourceAsStream("probes-open.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toSet());
    }
  }

  /** Returns what is other than in the reference, or null. */
  private static @Nullable String difference(Probe probe) {
    Run run;
    List<Diagnostic> warnings;
    try {
      warnings =
          probe.query()
              ? Query.load(Run.source(probe.program())).warnings()
              : Script.load(Run.source(probe.program())).warnings();
      run =
          probe.query()
              ? Run.query(probe.program(), probe.input())
              : Run.script(probe.program(), probe.input());
    } catch (LoadException e) {
      return refused(probe, e);
    } catch (UnsupportedOperationException e) {
      return "needs the operator " + e.getMessage();
    }
    // Names without a use the reference leaves alone.
    boolean warns = warnings.stream().anyMatch(it -> !it.message().endsWith("is never used"));
    if (probe.warns() != warns) {
      return "warnings " + warnings;
    }
    List<Emission> out = run.out.stream().map(ProbesTest::printable).toList();
    if (!out.equals(probe.out())) {
      return "emits " + out + " instead of " + probe.out();
    }
    if (!"run".equals(probe.fails())) {
      return probe.fails() != null || !run.errors.isEmpty()
          ? "fails when run: " + headers(run.errors)
          : null;
    }
    return run.errors.isEmpty() ? "does not fail" : misplaced(probe, run.errors.getFirst());
  }

  /** Refusing at load what is bound to fail at run time is as good, if nothing comes out before. */
  private static @Nullable String refused(Probe probe, LoadException e) {
    Diagnostic first =
        e.diagnostics().stream()
            .filter(it -> it.severity() == Diagnostic.Severity.ERROR)
            .findFirst()
            .orElseThrow();
    boolean unsupported =
        e.diagnostics().stream().anyMatch(it -> it.message().contains("not supported yet"));
    if (probe.fails() == null || !probe.out().isEmpty() || unsupported) {
      return "is refused: " + headers(e.diagnostics());
    }
    return misplaced(probe, first);
  }

  private static @Nullable String misplaced(Probe probe, Diagnostic error) {
    String at = error.line() + ":" + error.column();
    return probe.at() == null || probe.at().equals(at)
        ? null
        : "fails at " + error.header() + " instead of " + probe.at();
  }

  /** Bytes are printed as base64, so that is how the answers hold them. */
  private static Emission printable(Emission emission) {
    return emission.value() instanceof Value.Bytes bytes
        ? new Emission(emission.port(), Json.parse(Json.write(bytes)), emission.meta())
        : emission;
  }

  private static String headers(List<Diagnostic> diagnostics) {
    return diagnostics.stream().map(Diagnostic::header).collect(Collectors.joining("; "));
  }
}
