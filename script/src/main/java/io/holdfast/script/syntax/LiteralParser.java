package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import io.holdfast.script.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Parses values that are written out: numbers, strings, arrays, records, bytes. */
final class LiteralParser {
  /** No 64-bit integer has more digits, in either base. */
  private static final int MAX_DIGITS = 20;

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  LiteralParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expr literal() {
    Token token = tokens.take();
    Span span = token.span();
    return switch (token.kind()) {
      case NULL -> new Expr.Literal(Value.NULL, span);
      case TRUE -> new Expr.Literal(Value.TRUE, span);
      case FALSE -> new Expr.Literal(Value.FALSE, span);
      case INTEGER -> integer(token);
      case FLOAT -> real(token);
      case STRING -> string(token);
      case OPEN_BRACKET -> array(span);
      case OPEN_BRACE -> fields(span);
      case SHIFT_LEFT -> bytes(span);
      default -> throw new IllegalStateException("no literal begins with " + token);
    };
  }

  /** Takes a name and returns it as a string. */
  Expr nameAsString() {
    Name name = tokens.expectName();
    return new Expr.Literal(Value.of(name.text()), name.span());
  }

  private static Expr integer(Token token) {
    return new Expr.Literal(Value.of(signed(token)), token.span());
  }

  private static long signed(Token token) {
    boolean negative = token.text().startsWith("-");
    String unsigned = negative ? token.text().substring(1) : token.text();
    boolean hexadecimal = unsigned.startsWith("0x");
    String digits = (hexadecimal ? unsigned.substring(2) : unsigned).replaceFirst("^0+", "");
    if (digits.length() > MAX_DIGITS) {
      throw tooLarge(token.span());
    }
    BigInteger magnitude =
        digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits, hexadecimal ? 16 : 10);
    BigInteger value = negative ? magnitude.negate() : magnitude;
    if (value.bitLength() > Long.SIZE - 1) {
      throw tooLarge(token.span());
    }
    return value.longValue();
  }

  private static SyntaxException tooLarge(Span span) {
    return new SyntaxException(
        span, "a literal integer lies between " + Long.MIN_VALUE + " and " + Long.MAX_VALUE, null);
  }

  private static Expr real(Token token) {
    double value = Double.parseDouble(token.text());
    if (Double.isInfinite(value)) {
      throw new SyntaxException(token.span(), "this number does not fit into a 64-bit float", null);
    }
    return new Expr.Literal(Value.of(value), token.span());
  }

  private Expr string(Token token) {
    List<Expr> parts = new ArrayList<>();
    for (Token.Part part : token.parts()) {
      switch (part) {
        case Token.Part.Literal literal -> {
          if (!literal.text().isEmpty()) {
            parts.add(new Expr.Literal(Value.of(literal.text()), token.span()));
          }
        }
        case Token.Part.Interpolation inner ->
            parts.add(expressions.nested(inner.tokens()).onlyBinary());
      }
    }
    if (parts.isEmpty()) {
      return new Expr.Literal(Value.of(""), token.span());
    }
    boolean plain = token.parts().size() == 1;
    return plain ? parts.getFirst() : new Expr.Interpolation(List.copyOf(parts), token.span());
  }

  private Expr array(Span start) {
    if (tokens.takeIf(TokenKind.CLOSE_BRACKET)) {
      return new Expr.ArrayLiteral(List.of(), start.to(tokens.lastSpan()));
    }
    List<Expr> elements =
        tokens.separated(TokenKind.COMMA, TokenKind.CLOSE_BRACKET, expressions::value);
    if (!tokens.takeIf(TokenKind.CLOSE_BRACKET)) {
      throw tokens.failure("`,`", "`]`");
    }
    return new Expr.ArrayLiteral(elements, start.to(tokens.lastSpan()));
  }

  private Expr fields(Span start) {
    if (tokens.takeIf(TokenKind.CLOSE_BRACE)) {
      return new Expr.RecordLiteral(List.of(), start.to(tokens.lastSpan()));
    }
    List<Expr.Field> fields = tokens.separated(TokenKind.COMMA, TokenKind.CLOSE_BRACE, this::field);
    if (!tokens.takeIf(TokenKind.CLOSE_BRACE)) {
      throw tokens.failure("`,`", "`}`");
    }
    return new Expr.RecordLiteral(fields, start.to(tokens.lastSpan()));
  }

  private Expr.Field field() {
    if (!tokens.is(TokenKind.STRING)) {
      throw tokens.failure("a string as key");
    }
    Expr key = literal();
    tokens.expect(TokenKind.COLON);
    return new Expr.Field(key, expressions.value());
  }

  private Expr bytes(Span start) {
    if (tokens.takeIf(TokenKind.SHIFT_RIGHT)) {
      return new Expr.BytesLiteral(List.of(), start.to(tokens.lastSpan()));
    }
    List<Expr.BytesPart> parts = tokens.separated(TokenKind.COMMA, null, this::bytesPart);
    if (!tokens.takeIf(TokenKind.SHIFT_RIGHT)) {
      throw tokens.failure("`,`", "`>>`");
    }
    return new Expr.BytesLiteral(parts, start.to(tokens.lastSpan()));
  }

  private Expr.BytesPart bytesPart() {
    Expr data = expressions.operand();
    Long bits = null;
    Name type = null;
    if (tokens.takeIf(TokenKind.COLON)) {
      bits = signed(tokens.expect(TokenKind.INTEGER));
    }
    if (tokens.takeIf(TokenKind.SLASH)) {
      type = tokens.expectName();
    }
    return new Expr.BytesPart(data, bits, type, data.span().to(tokens.lastSpan()));
  }
}
