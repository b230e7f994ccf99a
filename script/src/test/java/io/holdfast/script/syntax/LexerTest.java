package io.holdfast.script.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LexerTest {
  @Test
  void tokensKnowTheirPlaces() {
    SourceFile source = SourceFile.of("f", "let §\n\t$x >>> 0xF_f # c\n`end`");

    assertThat(Lexer.lex(source).stream().map(token -> describe(source, token)))
        .containsExactly(
            "LET 1:1 let",
            "STRANGE 1:5 §",
            "DOLLAR 2:2 $",
            "IDENTIFIER 2:3 x",
            "SHIFT_RIGHT_UNSIGNED 2:5 >>>",
            "INTEGER 2:9 0xF_f",
            "IDENTIFIER 3:1 `end`",
            "END_OF_FILE 3:1 `end`");
  }

  @Test
  void theLongestPunctuationWins() {
    assertThat(kinds("<<=>>=!=~=~%{%[%(%::="))
        .containsExactly(
            TokenKind.SHIFT_LEFT,
            TokenKind.ARROW,
            TokenKind.GREATER_EQUAL,
            TokenKind.NOT_EQUAL,
            TokenKind.TILDE_EQUAL,
            TokenKind.TILDE,
            TokenKind.OPEN_RECORD_PATTERN,
            TokenKind.OPEN_ARRAY_PATTERN,
            TokenKind.OPEN_TUPLE_PATTERN,
            TokenKind.PERCENT,
            TokenKind.DOUBLE_COLON,
            TokenKind.ASSIGN,
            TokenKind.END_OF_FILE);
  }

  @Test
  void namesAreOfAllLettersAndMayHaveHyphens() {
    assertThat(texts("a-b _x é\uD835\uDC9C9 big-unsigned-integer a - b -c let-x"))
        .containsExactly(
            "a-b",
            "_x",
            "é\uD835\uDC9C9",
            "big-unsigned-integer",
            "a",
            "-",
            "b",
            "-",
            "c",
            "let-x",
            "");
  }

  @Test
  void numbersEndWhereTheyMust() {
    assertThat(texts("1_000 1.5e-7 -0x1_f 2..3 -4 - 4 a-4 1.5e+3"))
        .containsExactly(
            "1000", "1.5e-7", "-0x1f", "2.", ".", "3", "-4", "-", "4", "a-4", "1.5e+3", "");
    assertThat(texts("1e3 1.x 0b1 1.5E3"))
        .hasSize(5)
        .startsWith(
            Collections.nCopies(
                    4, "a number must not run into what follows; put a blank between them")
                .toArray(String[]::new));
    assertThat(texts("5-3 1.5-x"))
        .hasSize(3)
        .allMatch(text -> text.isEmpty() || text.startsWith("a minus must not follow a number"));
    assertThat(texts("0x 0xfg 1x2 1.0e"))
        .containsExactly(
            "a hexadecimal number is 0x and the digits 0 to 9 and a to f",
            "a hexadecimal number is 0x and the digits 0 to 9 and a to f",
            "a hexadecimal number is 0x and the digits 0 to 9 and a to f",
            "the exponent of this float has no digits",
            "");
  }

  @Test
  void aStringIsMadeOfTextAndExpressions() {
    List<Token> tokens = tokens("\"a\\n#{ {\"b\": 1}.c }\\#{d}\\u00e9\"");

    assertThat(tokens.getFirst().parts())
        .satisfiesExactly(
            part -> assertThat(part).isEqualTo(new Token.Part.Literal("a\n")),
            part ->
                assertThat(((Token.Part.Interpolation) part).tokens())
                    .extracting(Token::kind)
                    .containsExactly(
                        TokenKind.OPEN_BRACE,
                        TokenKind.STRING,
                        TokenKind.COLON,
                        TokenKind.INTEGER,
                        TokenKind.CLOSE_BRACE,
                        TokenKind.DOT,
                        TokenKind.IDENTIFIER,
                        TokenKind.END_OF_FILE),
            part -> assertThat(part).isEqualTo(new Token.Part.Literal("#{d}é")));
  }

  @Test
  void aHeredocKeepsItsLines() {
    assertThat(tokens("\"\"\"\n a \"b\"\n  c\"\"\"").getFirst().parts())
        .containsExactly(new Token.Part.Literal(" a \"b\"\n  c"));
  }

  @Test
  void whatIsNoTokenSaysWhy() {
    assertThat(texts("\"abc\n1")).containsExactly("this string has no closing \"", "1", "");
    assertThat(texts("\"\\q\" 1")).containsExactly("this escape does not exist", "1", "");
    assertThat(texts("\"\\ud800\" 1")).containsExactly("this escape does not exist", "1", "");
    assertThat(texts("re|abc\n1")).containsExactly("re", "this pattern has no closing |", "1", "");
    assertThat(texts("`abc\n1")).containsExactly("this name has no closing `", "1", "");
    assertThat(texts("\"\"\"abc")).first().isEqualTo("a line break must follow the opening \"\"\"");
    assertThat(texts("\"a#{\" 1"))
        .first()
        .isEqualTo("this `#{` has no closing }; write \\#{ for the characters");
    assertThat(texts("\"a#{1")).first().asString().startsWith("this `#{` has no closing }");
    assertThat(texts("\"a#{}\" 1"))
        .containsExactly("`#{}` is empty; write \\#{} for the characters", "1", "");
    assertThat(texts("\"a#{\"\\q\"}\" 1")).containsExactly("this escape does not exist", "1", "");
    assertThat(texts("re|a\\d| 1"))
        .containsExactly(
            "re",
            "a backslash in a pattern is written twice, or stands before | or a line",
            "1",
            "");
  }

  @Test
  void aPatternThatEndsWithABackslashAtTheEndOfTheTextLiesWithinTheText() {
    SourceFile source = SourceFile.of("f", "re|\\");

    assertThat(Lexer.lex(source).get(1).span()).isEqualTo(new Span(4, 4));
  }

  @Test
  void anExtractorKeepsABackslashThatIsWrittenTwice() {
    assertThat(texts("re|a\\|b\\\\d|")).containsExactly("re", "a|b\\d", "");
    assertThat(texts("re|  a\\\n    b\\\n  c|")).containsExactly("re", "a  bc", "");
  }

  @Test
  void commentsAndConfigLinesAreToldApart() {
    assertThat(kinds("# x\n#!config a = 1\n### doc"))
        .containsExactly(
            TokenKind.CONFIG,
            TokenKind.IDENTIFIER,
            TokenKind.ASSIGN,
            TokenKind.INTEGER,
            TokenKind.END_OF_FILE);
  }

  private static String describe(SourceFile source, Token token) {
    int start = token.span().start();
    return token.kind()
        + " "
        + source.line(start)
        + ":"
        + source.column(start)
        + " "
        + source.text(token.span());
  }

  private static List<Token> tokens(String text) {
    return Lexer.lex(SourceFile.of("f", text));
  }

  private static List<TokenKind> kinds(String text) {
    return tokens(text).stream().map(Token::kind).toList();
  }

  private static List<String> texts(String text) {
    return tokens(text).stream().map(Token::text).toList();
  }
}
