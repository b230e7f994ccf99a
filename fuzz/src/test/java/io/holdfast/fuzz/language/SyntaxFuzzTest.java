package io.holdfast.fuzz.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.fuzz.Allowance;
import io.holdfast.script.Diagnostic;
import io.holdfast.script.SourceFile;
import io.holdfast.script.syntax.Parser;
import io.holdfast.script.syntax.Problems;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text through the lexer and the parser, as a script and as a query. */
final class SyntaxFuzzTest {
  private static final Allowance ALLOWANCE = new Allowance(64 << 20, 1024);

  static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>(Programs.seeds("tremor"));
    seeds.addAll(Programs.seeds("trickle"));
    return seeds;
  }

  @MethodSource("seeds")
  @DictionaryFile(resourcePath = "language.dict")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void everyTextIsParsedToItsEnd(byte[] input) {
    ALLOWANCE.covers(input, () -> check(input));
  }

  private static void check(byte[] input) {
    SourceFile source = SourceFile.of("fuzz", Programs.parts(input).getFirst());
    Problems asScript = new Problems(source);
    Parser.script(asScript);
    check(asScript, source);
    Problems asQuery = new Problems(source);
    Parser.query(asQuery);
    check(asQuery, source);
  }

  private static void check(Problems problems, SourceFile source) {
    for (Diagnostic found : problems.inOrder()) {
      assertThat(found.span().start()).isBetween(0, source.text().length());
      assertThat(found.span().end()).isBetween(found.span().start(), source.text().length());
      found.render();
    }
  }
}
