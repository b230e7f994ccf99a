package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.ArrayList;
import java.util.List;

/** Parses the patterns of match cases. */
final class PatternParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;

  PatternParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Pattern pattern() {
    return tokens.deeper(
        () ->
            switch (tokens.peek().kind()) {
              case OPEN_RECORD_PATTERN -> ofRecord();
              case OPEN_ARRAY_PATTERN -> ofArray();
              case OPEN_TUPLE_PATTERN -> ofTuple();
              case UNDERSCORE -> new Pattern.Anything(tokens.take().span());
              case TILDE -> extraction();
              case IDENTIFIER -> {
                if (tokens.peekSecond().kind() != TokenKind.ASSIGN) {
                  yield new Pattern.Equal(expressions.value());
                }
                Name name = tokens.expectName();
                tokens.take();
                yield new Pattern.Assign(name, pattern());
              }
              default -> new Pattern.Equal(expressions.value());
            });
  }

  /** Parses the patterns of a function's arguments. */
  Pattern parameters() {
    Span start = tokens.expect(TokenKind.OPEN_PARENTHESIS).span();
    List<Pattern> patterns = tokens.separated(TokenKind.COMMA, null, this::element);
    tokens.expect(TokenKind.CLOSE_PARENTHESIS);
    return new Pattern.OfTuple(patterns, false, start.to(tokens.lastSpan()));
  }

  private Pattern ofRecord() {
    Span start = tokens.take().span();
    if (tokens.takeIf(TokenKind.CLOSE_BRACE)) {
      return new Pattern.OfRecord(List.of(), start.to(tokens.lastSpan()));
    }
    List<Pattern.FieldTest> tests =
        tokens.separated(TokenKind.COMMA, TokenKind.CLOSE_BRACE, this::fieldTest);
    if (!tokens.takeIf(TokenKind.CLOSE_BRACE)) {
      throw tokens.failure("`,`", "`}`");
    }
    return new Pattern.OfRecord(tests, start.to(tokens.lastSpan()));
  }

  private Pattern.FieldTest fieldTest() {
    if (tokens.is(TokenKind.PRESENT) || tokens.is(TokenKind.ABSENT)) {
      boolean present = tokens.take().kind() == TokenKind.PRESENT;
      return new Pattern.FieldTest.Presence(tokens.expectName(), present);
    }
    Name field = tokens.expectName();
    if (tokens.takeIf(TokenKind.ASSIGN)) {
      field = tokens.expectName();
      tokens.expect(TokenKind.TILDE_EQUAL);
      return new Pattern.FieldTest.Matches(field, extractor());
    }
    if (tokens.takeIf(TokenKind.TILDE_EQUAL)) {
      return new Pattern.FieldTest.Matches(
          field,
          switch (tokens.peek().kind()) {
            case OPEN_RECORD_PATTERN -> tokens.deeper(this::ofRecord);
            case OPEN_ARRAY_PATTERN -> tokens.deeper(this::ofArray);
            case IDENTIFIER -> extractor();
            default -> throw tokens.failure("an extractor", "`%{`", "`%[`");
          });
    }
    return new Pattern.FieldTest.Compare(field, comparison(), expressions.value());
  }

  private BinaryOperator comparison() {
    for (BinaryOperator operator : BinaryOperator.values()) {
      if (operator.isComparison() && operator.spelling().equals(tokens.peek().text())) {
        tokens.take();
        return operator;
      }
    }
    throw tokens.failure("a comparison", "`~=`");
  }

  private Pattern ofArray() {
    Span start = tokens.take().span();
    if (tokens.takeIf(TokenKind.CLOSE_BRACKET)) {
      return new Pattern.OfArray(List.of(), start.to(tokens.lastSpan()));
    }
    List<Pattern> patterns = tokens.separated(TokenKind.COMMA, null, this::element);
    if (!tokens.takeIf(TokenKind.CLOSE_BRACKET)) {
      throw tokens.failure("`,`", "`]`");
    }
    return new Pattern.OfArray(patterns, start.to(tokens.lastSpan()));
  }

  private Pattern ofTuple() {
    Span start = tokens.take().span();
    List<Pattern> patterns = new ArrayList<>();
    boolean open = false;
    if (!tokens.is(TokenKind.CLOSE_PARENTHESIS)) {
      do {
        open = tokens.is(TokenKind.DOT);
        if (open) {
          tokens.take();
          tokens.expect(TokenKind.DOT);
          tokens.expect(TokenKind.DOT);
        } else {
          patterns.add(element());
        }
      } while (!open && tokens.takeIf(TokenKind.COMMA));
    }
    if (!tokens.takeIf(TokenKind.CLOSE_PARENTHESIS)) {
      throw tokens.failure("`,`", "`)`");
    }
    return new Pattern.OfTuple(List.copyOf(patterns), open, start.to(tokens.lastSpan()));
  }

  private Pattern element() {
    return switch (tokens.peek().kind()) {
      case UNDERSCORE -> new Pattern.Anything(tokens.take().span());
      case TILDE -> extraction();
      case OPEN_RECORD_PATTERN -> tokens.deeper(this::ofRecord);
      default -> new Pattern.Equal(expressions.value());
    };
  }

  private Pattern extraction() {
    tokens.take();
    return extractor();
  }

  private Pattern extractor() {
    Name name = tokens.expectName();
    Token text = tokens.expect(TokenKind.EXTRACTOR);
    return new Pattern.Extract(name, text.text(), name.span().to(text.span()));
  }
}
