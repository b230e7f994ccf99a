package io.holdfast.script;

import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Breaks programs at random. Whatever is broken, a program either runs or says where it is wrong.
 * To repeat a failure: {@code mvn test -pl script -Dtest=MutationTest -Dholdfast.seed=SEED}.
 */
class MutationTest {
  private static final int ROUNDS = 20_000;

  private static final List<String> WORDS =
      List.of(
          "end",
          "of",
          "case",
          "default",
          "=>",
          ";",
          ",",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "\"",
          "#{",
          "event",
          "state",
          "$",
          ".",
          "::",
          "match",
          "patch",
          "let",
          "x",
          "= ",
          "==",
          "-",
          "not ",
          "1",
          "0",
          "9223372036854775807",
          "1.5",
          "null",
          "present ",
          "<<",
          ">>",
          "%{",
          "%(",
          "%[",
          "~=",
          "|",
          "`",
          "\\",
          "\n",
          "\uD83D\uDE00",
          "emit ",
          "drop",
          "fn f(a) with ",
          "recur(",
          "select ",
          "from in",
          "into out",
          "\"\"\"\n",
          "_",
          "...",
          "use std::string;\n",
          "*",
          "/",
          "for event of case (k, v) => ");

  @Test
  void aBrokenProgramRunsOrSaysWhereItIsWrong() {
    long seed = Long.getLong("holdfast.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    List<Probe> probes = Probe.all();
    for (int i = 0; i < ROUNDS; i++) {
      Probe probe = probes.get(random.nextInt(probes.size()));
      String program = probe.program();
      for (int mutations = random.nextInt(1, 4); mutations > 0; mutations--) {
        program = mutate(program, random);
      }
      check(probe, program, seed);
    }
  }

  private static String mutate(String program, SplittableRandom random) {
    int from = random.nextInt(program.length() + 1);
    int to = Math.min(program.length(), from + random.nextInt(8));
    String head = program.substring(0, from);
    String tail = program.substring(to);
    return switch (random.nextInt(4)) {
      case 0 -> head + tail;
      case 1 -> head + program.substring(from, to).repeat(2) + tail;
      case 2 -> head + WORDS.get(random.nextInt(WORDS.size())) + tail;
      default -> head + WORDS.get(random.nextInt(WORDS.size())) + program.substring(from);
    };
  }

  private static void check(Probe probe, String program, long seed) {
    try {
      Run run =
          probe.query() ? Run.query(program, probe.input()) : Run.script(program, probe.input());
      run.errors.forEach(Diagnostic::render);
    } catch (LoadException e) {
      e.diagnostics().forEach(Diagnostic::render);
    } catch (UnsupportedOperationException e) {
      // An operator, which only a pipeline has.
    } catch (RuntimeException | Error e) {
      fail("-Dholdfast.seed=" + seed + " " + probe.name() + ": " + program, e);
    }
  }
}
