package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions: operators by precedence, everything else by recursive descent.
 *
 * <p>There are two sorts. A <em>statement</em> may assign, drop and emit; a <em>value</em> may not.
 * Scripts are made of statements; operands, arguments and everything in a select are values.
 */
final class ExpressionParser {
  private static final Map<TokenKind, BinaryOperator> BINARY =
      Map.ofEntries(
          Map.entry(TokenKind.OR, BinaryOperator.OR),
          Map.entry(TokenKind.XOR, BinaryOperator.XOR),
          Map.entry(TokenKind.AND, BinaryOperator.AND),
          Map.entry(TokenKind.CARET, BinaryOperator.BIT_XOR),
          Map.entry(TokenKind.AMPERSAND, BinaryOperator.BIT_AND),
          Map.entry(TokenKind.EQUAL, BinaryOperator.EQUAL),
          Map.entry(TokenKind.NOT_EQUAL, BinaryOperator.NOT_EQUAL),
          Map.entry(TokenKind.LESS, BinaryOperator.LESS),
          Map.entry(TokenKind.LESS_EQUAL, BinaryOperator.LESS_EQUAL),
          Map.entry(TokenKind.GREATER, BinaryOperator.GREATER),
          Map.entry(TokenKind.GREATER_EQUAL, BinaryOperator.GREATER_EQUAL),
          Map.entry(TokenKind.SHIFT_LEFT, BinaryOperator.SHIFT_LEFT),
          Map.entry(TokenKind.SHIFT_RIGHT, BinaryOperator.SHIFT_RIGHT),
          Map.entry(TokenKind.SHIFT_RIGHT_UNSIGNED, BinaryOperator.SHIFT_RIGHT_UNSIGNED),
          Map.entry(TokenKind.PLUS, BinaryOperator.ADD),
          Map.entry(TokenKind.MINUS, BinaryOperator.SUBTRACT),
          Map.entry(TokenKind.STAR, BinaryOperator.MULTIPLY),
          Map.entry(TokenKind.SLASH, BinaryOperator.DIVIDE),
          Map.entry(TokenKind.PERCENT, BinaryOperator.REMAINDER));

  /** How many operators may follow each other in one expression; each makes the tree deeper. */
  private static final int MAX_CHAIN = 1000;

  private final TokenStream tokens;
  private final Problems problems;
  private final LiteralParser literals;
  private final PatternParser patterns;
  private final PatchParser patches;

  ExpressionParser(TokenStream tokens, Problems problems) {
    this.tokens = tokens;
    this.problems = problems;
    this.literals = new LiteralParser(tokens, this);
    this.patterns = new PatternParser(tokens, this);
    this.patches = new PatchParser(tokens, this, literals);
  }

  /** Returns a parser for the tokens of an interpolation. */
  ExpressionParser nested(List<Token> inner) {
    return new ExpressionParser(tokens.nested(inner), problems);
  }

  /** Parses a whole interpolation. */
  Expr onlyBinary() {
    Expr expr = binary();
    if (!tokens.is(TokenKind.END_OF_FILE)) {
      throw tokens.failure("an operator", "`}`");
    }
    return expr;
  }

  Expr statement() {
    return tokens.deeper(
        () ->
            switch (tokens.peek().kind()) {
              case MATCH -> match(true);
              case FOR -> comprehension(true);
              case LET -> let();
              case DROP -> new Expr.Drop(tokens.take().span());
              case EMIT -> emit();
              default -> binary();
            });
  }

  Expr value() {
    return tokens.deeper(
        () ->
            switch (tokens.peek().kind()) {
              case MATCH -> match(false);
              case FOR -> comprehension(false);
              default -> binary();
            });
  }

  Expr binary() {
    return binary(0);
  }

  private Expr binary(int minimum) {
    // The span of what stands in parentheses does not hold them, that of an operation does.
    Span start = tokens.peek().span();
    Expr left = unary();
    for (int chain = 0; ; chain++) {
      BinaryOperator operator = BINARY.get(tokens.peek().kind());
      if (operator == null || operator.precedence() < minimum) {
        return left;
      }
      if (chain == MAX_CHAIN) {
        throw new SyntaxException(
            tokens.peek().span(),
            "more than " + MAX_CHAIN + " operators follow each other here",
            null);
      }
      tokens.take();
      Expr right = tokens.deeper(() -> binary(operator.precedence() + 1));
      left = new Expr.Binary(operator, left, right, start.to(tokens.lastSpan()));
    }
  }

  private Expr unary() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case MINUS -> {
        tokens.take();
        yield unary(UnaryOperator.MINUS, token.span(), this::unary);
      }
      case PLUS -> {
        tokens.take();
        yield unary(UnaryOperator.PLUS, token.span(), this::unary);
      }
      default -> simpleUnary();
    };
  }

  private Expr simpleUnary() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NOT -> {
        tokens.take();
        yield unary(UnaryOperator.NOT, token.span(), this::simpleUnary);
      }
      case BANG -> {
        tokens.take();
        yield unary(UnaryOperator.BIT_NOT, token.span(), this::simpleUnary);
      }
      case PRESENT, ABSENT -> {
        tokens.take();
        Expr.Path path = path();
        yield new Expr.Presence(
            token.kind() == TokenKind.PRESENT, path, token.span().to(path.span()));
      }
      default -> operand();
    };
  }

  private Expr unary(UnaryOperator operator, Span start, Supplier<Expr> rest) {
    Expr operand = tokens.deeper(rest);
    return new Expr.Unary(operator, operand, start.to(operand.span()));
  }

  /** Parses what binds tighter than any operator. */
  Expr operand() {
    return switch (tokens.peek().kind()) {
      case OPEN_PARENTHESIS -> {
        tokens.take();
        Expr inner = value();
        tokens.expect(TokenKind.CLOSE_PARENTHESIS);
        yield inner;
      }
      case NULL, TRUE, FALSE, INTEGER, FLOAT, STRING, OPEN_BRACKET, OPEN_BRACE, SHIFT_LEFT ->
          tokens.deeper(literals::literal);
      case PATCH -> patches.patch();
      case MERGE -> patches.merge();
      case RECUR -> {
        Span start = tokens.take().span();
        List<Expr> arguments = arguments();
        yield new Expr.Recur(arguments, start.to(tokens.lastSpan()));
      }
      case IDENTIFIER -> pathOrCall();
      case EVENT, STATE, ARGS, GROUP, WINDOW, DOLLAR -> path();
      default -> throw tokens.failure("an expression");
    };
  }

  private Expr pathOrCall() {
    Name first = tokens.expectName();
    List<Name> names = new ArrayList<>(List.of(first));
    while (tokens.takeIf(TokenKind.DOUBLE_COLON)) {
      names.add(tokens.expectName());
    }
    Name last = names.getLast();
    List<Name> module = List.copyOf(names.subList(0, names.size() - 1));
    if (tokens.is(TokenKind.OPEN_PARENTHESIS)) {
      List<Expr> arguments = arguments();
      return new Expr.Call(module, last, arguments, first.span().to(tokens.lastSpan()));
    }
    return path(root(module, last), first.span());
  }

  private static Expr.Root root(List<Name> module, Name name) {
    return module.isEmpty() ? new Expr.Root.Local(name) : new Expr.Root.Qualified(module, name);
  }

  private List<Expr> arguments() {
    tokens.expect(TokenKind.OPEN_PARENTHESIS);
    if (tokens.takeIf(TokenKind.CLOSE_PARENTHESIS)) {
      return List.of();
    }
    List<Expr> arguments =
        tokens.separated(TokenKind.COMMA, TokenKind.CLOSE_PARENTHESIS, this::value);
    if (!tokens.takeIf(TokenKind.CLOSE_PARENTHESIS)) {
      throw tokens.failure("`,`", "`)`");
    }
    return arguments;
  }

  Expr.Path path() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case EVENT -> reserved(Expr.Scope.EVENT);
      case STATE -> reserved(Expr.Scope.STATE);
      case ARGS -> reserved(Expr.Scope.ARGS);
      case GROUP -> reserved(Expr.Scope.GROUP);
      case WINDOW -> reserved(Expr.Scope.WINDOW);
      case DOLLAR -> metadata();
      case IDENTIFIER -> {
        List<Name> names = new ArrayList<>(List.of(tokens.expectName()));
        while (tokens.takeIf(TokenKind.DOUBLE_COLON)) {
          names.add(tokens.expectName());
        }
        Name last = names.removeLast();
        yield path(root(List.copyOf(names), last), token.span());
      }
      default -> throw tokens.failure("a path");
    };
  }

  private Expr.Path reserved(Expr.Scope scope) {
    return path(new Expr.Root.Reserved(scope), tokens.take().span());
  }

  private Expr.Path metadata() {
    Span start = tokens.take().span();
    Expr.Root root = new Expr.Root.Reserved(Expr.Scope.META);
    if (!tokens.is(TokenKind.IDENTIFIER)) {
      return new Expr.Path(root, List.of(), start);
    }
    List<Expr.Segment> first = new ArrayList<>();
    first.add(new Expr.Segment.Named(tokens.expectName()));
    return path(root, start, first);
  }

  private Expr.Path path(Expr.Root root, Span start) {
    return path(root, start, new ArrayList<>());
  }

  private Expr.Path path(Expr.Root root, Span start, List<Expr.Segment> segments) {
    while (true) {
      if (tokens.takeIf(TokenKind.DOT)) {
        segments.add(new Expr.Segment.Named(tokens.expectName()));
      } else if (tokens.takeIf(TokenKind.OPEN_BRACKET)) {
        Expr from = value();
        if (tokens.takeIf(TokenKind.COLON)) {
          segments.add(new Expr.Segment.Slice(from, value()));
        } else {
          segments.add(new Expr.Segment.Indexed(from));
        }
        tokens.expect(TokenKind.CLOSE_BRACKET);
      } else {
        return new Expr.Path(root, List.copyOf(segments), start.to(tokens.lastSpan()));
      }
    }
  }

  private Expr let() {
    Span start = tokens.take().span();
    Expr.Path target = path();
    tokens.expect(TokenKind.ASSIGN);
    Expr value = statement();
    return new Expr.Let(target, value, start.to(value.span()));
  }

  private Expr emit() {
    Span start = tokens.take().span();
    Expr value =
        switch (tokens.peek().kind()) {
          case ARROW, SEMICOLON, COMMA, END, CASE, DEFAULT, END_OF_FILE -> null;
          default -> value();
        };
    Expr port = null;
    if (tokens.takeIf(TokenKind.ARROW)) {
      if (!tokens.is(TokenKind.STRING)) {
        throw tokens.failure("a string");
      }
      port = literals.literal();
    }
    return new Expr.Emit(value, port, start.to(tokens.lastSpan()));
  }

  private Expr match(boolean statements) {
    Span start = tokens.take().span();
    Expr target = value();
    tokens.expect(TokenKind.OF);
    List<Expr.Case> cases = new ArrayList<>();
    while (tokens.is(TokenKind.CASE) || tokens.is(TokenKind.DEFAULT)) {
      cases.add(matchCase(statements));
    }
    if (cases.isEmpty()) {
      throw tokens.failure("`case`", "`default`");
    }
    if (!tokens.takeIf(TokenKind.END)) {
      throw tokens.failure("`case`", "`default`", "`end`");
    }
    return new Expr.Match(target, List.copyOf(cases), start.to(tokens.lastSpan()));
  }

  private Expr.Case matchCase(boolean statements) {
    Token first = tokens.take();
    if (first.kind() == TokenKind.DEFAULT) {
      List<Expr> body = body(statements);
      Span span = first.span().to(tokens.lastSpan());
      return new Expr.Case(new Pattern.Default(first.span()), null, body, span);
    }
    Pattern pattern = patterns.pattern();
    Expr guard = guard();
    List<Expr> body = body(statements);
    return new Expr.Case(pattern, guard, body, first.span().to(tokens.lastSpan()));
  }

  /** Parses the cases of a function: each has the patterns of the arguments in parentheses. */
  List<Expr.Case> functionCases() {
    List<Expr.Case> cases = new ArrayList<>();
    while (tokens.is(TokenKind.CASE)) {
      Span start = tokens.take().span();
      Pattern pattern = patterns.parameters();
      Expr guard = guard();
      List<Expr> body = body(true);
      cases.add(new Expr.Case(pattern, guard, body, start.to(tokens.lastSpan())));
    }
    Span start = tokens.expect(TokenKind.DEFAULT).span();
    List<Expr> body = body(true);
    cases.add(new Expr.Case(new Pattern.Default(start), null, body, start.to(tokens.lastSpan())));
    return List.copyOf(cases);
  }

  private @Nullable Expr guard() {
    return tokens.takeIf(TokenKind.WHEN) ? value() : null;
  }

  private List<Expr> body(boolean statements) {
    tokens.expect(TokenKind.ARROW);
    return tokens.separated(TokenKind.COMMA, null, statements ? this::statement : this::value);
  }

  private Expr comprehension(boolean statements) {
    Span start = tokens.take().span();
    Expr target = value();
    tokens.expect(TokenKind.OF);
    List<Expr.ForCase> cases = new ArrayList<>();
    do {
      tokens.expect(TokenKind.CASE);
      tokens.expect(TokenKind.OPEN_PARENTHESIS);
      Name key = tokens.expectName();
      tokens.expect(TokenKind.COMMA);
      Name value = tokens.expectName();
      tokens.expect(TokenKind.CLOSE_PARENTHESIS);
      Expr guard = guard();
      cases.add(new Expr.ForCase(key, value, guard, body(statements)));
    } while (tokens.is(TokenKind.CASE));
    tokens.expect(TokenKind.END);
    return new Expr.For(target, List.copyOf(cases), start.to(tokens.lastSpan()));
  }
}
