package io.holdfast.script.regex;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainRegexTest {
  private static final String[] ATOMS = {
    "a", "b", "ab", ".", "[ab]", "[^a]", "[a-c0-9]", "[^\\d\\s]", "[-a]", "[a-]", "\\d", "\\w",
    "\\W", "\\S", "\\.", "^", "$", "0", " ", "\\n", "]", "}", "[\\w.-]", "\\-"
  };
  private static final String[] COUNTS = {
    "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}", "{1,}?"
  };
  private static final String ALPHABET = "aabbcc01.- \n]}X_";

  @Test
  void whatIsPlainFindsWhatRe2Finds() {
    Random random = new Random(7);
    int plain = 0;
    for (int i = 0; i < 20_000; i++) {
      String text = expression(random, 0);
      java.util.regex.Pattern pattern = PlainRegex.of(text);
      if (pattern == null) {
        continue;
      }
      plain++;
      Pattern expected = Pattern.compile(RegexSyntax.translate(text));
      for (int j = 0; j < 8; j++) {
        String subject = subject(random);
        assertThat(groups(pattern.matcher(subject)))
            .as("%s in %s", text, subject)
            .isEqualTo(groups(expected.matcher(subject)));
      }
    }
    assertThat(plain).isGreaterThan(5_000);
  }

  private static String expression(Random random, int depth) {
    StringBuilder text = new StringBuilder();
    int parts = 1 + random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      switch (random.nextInt(depth < 3 ? 8 : 6)) {
        case 6 -> text.append('(').append(expression(random, depth + 1)).append(group(random));
        case 7 -> text.append("(?:").append(expression(random, depth + 1)).append(group(random));
        default -> {
          String atom = ATOMS[random.nextInt(ATOMS.length)];
          boolean isPlace = atom.equals("^") || atom.equals("$");
          text.append(atom).append(isPlace ? "" : COUNTS[random.nextInt(COUNTS.length)]);
        }
      }
    }
    return random.nextInt(4) > 0 ? text.toString() : text + "|" + expression(random, depth + 1);
  }

  private static String group(Random random) {
    return random.nextInt(4) > 0 ? ")" : random.nextBoolean() ? ")?" : ")??";
  }

  private static String subject(Random random) {
    return random
        .ints(random.nextInt(12), 0, ALPHABET.length())
        .mapToObj(i -> ALPHABET.substring(i, i + 1))
        .reduce("", String::concat);
  }

  private static String groups(java.util.regex.Matcher matcher) {
    StringBuilder groups = new StringBuilder();
    if (matcher.find()) {
      for (int i = 0; i <= matcher.groupCount(); i++) {
        groups.append(matcher.start(i)).append('-').append(matcher.end(i)).append(' ');
      }
    }
    return groups.toString();
  }

  private static String groups(Matcher matcher) {
    StringBuilder groups = new StringBuilder();
    if (matcher.find()) {
      for (int i = 0; i <= matcher.groupCount(); i++) {
        groups.append(matcher.start(i)).append('-').append(matcher.end(i)).append(' ');
      }
    }
    return groups.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a|b)*",
        "(?i)a",
        "(?:a*|b)",
        "(a?)?",
        "\\bx",
        "é",
        "a{01}",
        "[[:alpha:]]",
        "\\pL",
        "^*",
        "[^\\d\\D]",
        "\\x41",
        "|a",
        "a||b"
      })
  void whatIsNotPlainIsLeftToRe2(String text) {
    assertThat(PlainRegex.of(text)).isNull();
  }

  @Test
  void namesAreKeptBothWays() {
    Regex regex = Regex.compile("(?P<user>[a-z]+)@(?P<host>[a-z.]+)(?:/(?P<path>.+))?");

    RecordValue plain = RecordValue.of("host", Value.of("b.c")).with("user", Value.of("a"));
    assertThat(regex.captures("to a@b.c")).isEqualTo(plain);
    assertThat(regex.captures("é a@b.c")).isEqualTo(plain);
    assertThat(regex.captures("nobody")).isNull();
    assertThat(regex.isFoundIn("a@b")).isTrue();
    assertThat(regex.isFoundIn("é")).isFalse();
  }

  @Test
  void whatBacktracksTooLongIsFoundByRe2() {
    Regex regex = Regex.compile("[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*(?P<end>0)");
    String text = "a".repeat(2_000);

    assertThat(regex.isFoundIn(text)).isFalse();
    assertThat(regex.captures(text)).isNull();
    assertThat(regex.captures(text + " " + text + "0"))
        .isEqualTo(RecordValue.of("end", Value.of("0")));
  }
}
