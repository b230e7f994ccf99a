package io.holdfast.script.syntax;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What a token is. Keywords and punctuation carry their spelling. */
enum TokenKind {
  IDENTIFIER("a name"),
  INTEGER("an integer"),
  FLOAT("a float"),
  STRING("a string"),
  EXTRACTOR("a pattern between `|`"),
  CONFIG("`#!config`"),
  /** A literal, name or pattern that cannot be read to its end. */
  ERROR("something else"),
  /** A character that begins nothing. */
  STRANGE("something else"),
  END_OF_FILE("the end of the file"),

  NULL("null"),
  TRUE("true"),
  FALSE("false"),
  LET("let"),
  CONST("const"),
  MATCH("match"),
  OF("of"),
  END("end"),
  CASE("case"),
  WHEN("when"),
  FOR("for"),
  AND("and"),
  OR("or"),
  XOR("xor"),
  NOT("not"),
  DROP("drop"),
  EMIT("emit"),
  DEFAULT("default"),
  PATCH("patch"),
  INSERT("insert"),
  UPSERT("upsert"),
  UPDATE("update"),
  ERASE("erase"),
  MOVE("move"),
  COPY("copy"),
  MERGE("merge"),
  EVENT("event"),
  STATE("state"),
  ARGS("args"),
  GROUP("group"),
  WINDOW("window"),
  PRESENT("present"),
  ABSENT("absent"),
  FN("fn"),
  INTRINSIC("intrinsic"),
  MOD("mod"),
  RECUR("recur"),
  SELECT("select"),
  FROM("from"),
  INTO("into"),
  CREATE("create"),
  DEFINE("define"),
  TUMBLING("tumbling"),
  SLIDING("sliding"),
  STREAM("stream"),
  OPERATOR("operator"),
  SCRIPT("script"),
  WHERE("where"),
  WITH("with"),
  HAVING("having"),
  BY("by"),
  SET("set"),
  EACH("each"),
  USE("use"),
  AS("as"),
  UNDERSCORE("_"),

  SEMICOLON(";"),
  COMMA(","),
  DOT("."),
  COLON(":"),
  DOUBLE_COLON("::"),
  ASSIGN("="),
  ARROW("=>"),
  EQUAL("=="),
  NOT_EQUAL("!="),
  LESS("<"),
  LESS_EQUAL("<="),
  GREATER(">"),
  GREATER_EQUAL(">="),
  SHIFT_LEFT("<<"),
  SHIFT_RIGHT(">>"),
  SHIFT_RIGHT_UNSIGNED(">>>"),
  PLUS("+"),
  MINUS("-"),
  STAR("*"),
  SLASH("/"),
  PERCENT("%"),
  BANG("!"),
  CARET("^"),
  AMPERSAND("&"),
  TILDE("~"),
  TILDE_EQUAL("~="),
  DOLLAR("$"),
  OPEN_PARENTHESIS("("),
  CLOSE_PARENTHESIS(")"),
  OPEN_BRACKET("["),
  CLOSE_BRACKET("]"),
  OPEN_BRACE("{"),
  CLOSE_BRACE("}"),
  OPEN_TUPLE_PATTERN("%("),
  OPEN_ARRAY_PATTERN("%["),
  OPEN_RECORD_PATTERN("%{");

  /** Reserved words by their spelling. */
  static final Map<String, TokenKind> KEYWORDS =
      Arrays.stream(values())
          .filter(kind -> kind.compareTo(NULL) >= 0 && kind.compareTo(UNDERSCORE) <= 0)
          .collect(Collectors.toUnmodifiableMap(kind -> kind.spelling, kind -> kind));

  private final String spelling;

  TokenKind(String spelling) {
    this.spelling = spelling;
  }

  String spelling() {
    return spelling;
  }

  boolean isKeyword() {
    return KEYWORDS.containsKey(spelling);
  }

  /** Returns how messages call it: a description, or the spelling in quotes. */
  String described() {
    return compareTo(NULL) < 0 ? spelling : "`" + spelling + "`";
  }
}
