package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses the statements of queries. */
final class QueryParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final ItemParser items;

  QueryParser(TokenStream tokens, ExpressionParser expressions, ItemParser items) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.items = items;
    items.allowDefinitions(this::define);
  }

  Statement statement() {
    return switch (tokens.peek().kind()) {
      case CONFIG -> config();
      case DEFINE -> define();
      case CREATE -> create();
      case SELECT -> select();
      case USE -> items.use();
      case MOD -> items.module();
      case CONST, FN, INTRINSIC ->
          throw new SyntaxException(
              tokens.peek().span(),
              "`" + tokens.peek().text() + "` cannot stand in a query",
              "put it into a module: mod name with … end");
      default -> throw tokens.failure("`define`, `create`, `select`, `use`", "`mod`");
    };
  }

  private Statement config() {
    Span start = tokens.take().span();
    Statement.Setting setting = setting();
    return new Statement.Config(setting, start.to(tokens.lastSpan()));
  }

  private Statement define() {
    Span start = tokens.take().span();
    return switch (tokens.peek().kind()) {
      case SCRIPT -> defineScript(start);
      case TUMBLING, SLIDING -> defineWindow(start);
      case IDENTIFIER -> defineOperator(start);
      default ->
          throw tokens.failure("`script`, `tumbling`", "the type of an operator, such as qos::wal");
    };
  }

  private Statement defineOperator(Span start) {
    Name module = tokens.expectName();
    tokens.expect(TokenKind.DOUBLE_COLON);
    Name type = tokens.expectName();
    tokens.expect(TokenKind.OPERATOR);
    Name id = tokens.expectName();
    List<Statement.Setting> settings = with();
    Span span = start.to(tokens.lastSpan());
    return new Statement.DefineOperator(module, type, id, settings, span);
  }

  private Statement defineScript(Span start) {
    tokens.take();
    Name id = tokens.expectName();
    List<Statement.Setting> settings =
        tokens.takeIf(TokenKind.WITH) ? settings(TokenKind.SCRIPT) : List.of();
    tokens.expect(TokenKind.SCRIPT);
    List<Item> body = items.itemsUpTo(TokenKind.END);
    Span end = tokens.expect(TokenKind.END).span();
    return new Statement.DefineScript(id, settings, body, start.to(end));
  }

  private Statement defineWindow(Span start) {
    boolean sliding = tokens.take().kind() == TokenKind.SLIDING;
    tokens.expect(TokenKind.WINDOW);
    Name id = tokens.expectName();
    tokens.expect(TokenKind.WITH);
    List<Statement.Setting> settings = settings(TokenKind.END);
    Expr script = tokens.takeIf(TokenKind.SCRIPT) ? expressions.value() : null;
    Span end = tokens.expect(TokenKind.END).span();
    return new Statement.DefineWindow(sliding, id, settings, script, start.to(end));
  }

  private Statement create() {
    Span start = tokens.take().span();
    TokenKind kind = tokens.peek().kind();
    if (kind != TokenKind.STREAM && kind != TokenKind.OPERATOR && kind != TokenKind.SCRIPT) {
      throw tokens.failure("`stream`, `operator`", "`script`");
    }
    tokens.take();
    Name id = tokens.expectName();
    if (kind == TokenKind.STREAM) {
      return new Statement.CreateStream(id, start.to(id.span()));
    }
    List<Name> definition = tokens.takeIf(TokenKind.FROM) ? items.qualifiedName() : List.of(id);
    List<Statement.Setting> settings = with();
    Span span = start.to(tokens.lastSpan());
    return kind == TokenKind.OPERATOR
        ? new Statement.CreateOperator(id, definition, settings, span)
        : new Statement.CreateScript(id, definition, settings, span);
  }

  /** Parses {@code with … end}, if it is there. */
  private List<Statement.Setting> with() {
    if (!tokens.takeIf(TokenKind.WITH)) {
      return List.of();
    }
    List<Statement.Setting> settings = settings(TokenKind.END);
    if (!tokens.takeIf(TokenKind.END)) {
      throw tokens.failure("`,`", "`end`");
    }
    return settings;
  }

  private List<Statement.Setting> settings(TokenKind end) {
    return tokens.separated(TokenKind.COMMA, end, this::setting);
  }

  private Statement.Setting setting() {
    Name name = tokens.expectName();
    tokens.expect(TokenKind.ASSIGN);
    return new Statement.Setting(name, expressions.binary());
  }

  private Statement select() {
    Span start = tokens.take().span();
    Expr target = expressions.value();
    tokens.expect(TokenKind.FROM);
    Statement.Port from = port();
    List<List<Name>> windows = new ArrayList<>();
    if (tokens.takeIf(TokenKind.OPEN_BRACKET)) {
      windows.addAll(
          tokens.separated(TokenKind.COMMA, TokenKind.CLOSE_BRACKET, items::qualifiedName));
      tokens.expect(TokenKind.CLOSE_BRACKET);
    }
    Expr where = tokens.takeIf(TokenKind.WHERE) ? expressions.value() : null;
    Statement.Grouping group = grouping();
    if (!tokens.takeIf(TokenKind.INTO)) {
      throw tokens.failure(expectedBeforeInto(windows.isEmpty(), where == null, group == null));
    }
    Statement.Port into = port();
    Expr having = tokens.takeIf(TokenKind.HAVING) ? expressions.value() : null;
    return new Statement.Select(
        target,
        from,
        List.copyOf(windows),
        where,
        group,
        into,
        having,
        start.to(tokens.lastSpan()));
  }

  private static String[] expectedBeforeInto(boolean windows, boolean where, boolean group) {
    List<String> expected = new ArrayList<>();
    if (windows && where && group) {
      expected.add("`[`");
    }
    if (where && group) {
      expected.add("`where`");
    }
    if (group) {
      expected.add("`group by`");
    }
    expected.add("`into`");
    return expected.toArray(String[]::new);
  }

  private Statement.Port port() {
    Name node = tokens.expectName();
    return new Statement.Port(node, tokens.takeIf(TokenKind.SLASH) ? tokens.expectName() : null);
  }

  private Statement.@Nullable Grouping grouping() {
    if (!tokens.takeIf(TokenKind.GROUP)) {
      return null;
    }
    tokens.expect(TokenKind.BY);
    return groupDefinition();
  }

  private Statement.Grouping groupDefinition() {
    return tokens.deeper(
        () ->
            switch (tokens.peek().kind()) {
              case SET -> {
                Span start = tokens.take().span();
                tokens.expect(TokenKind.OPEN_PARENTHESIS);
                List<Statement.Grouping> parts =
                    tokens.separated(
                        TokenKind.COMMA, TokenKind.CLOSE_PARENTHESIS, this::groupDefinition);
                tokens.expect(TokenKind.CLOSE_PARENTHESIS);
                yield new Statement.Grouping.Together(parts, start.to(tokens.lastSpan()));
              }
              case EACH -> {
                Span start = tokens.take().span();
                tokens.expect(TokenKind.OPEN_PARENTHESIS);
                Expr array = expressions.binary();
                tokens.expect(TokenKind.CLOSE_PARENTHESIS);
                yield new Statement.Grouping.Each(array, start.to(tokens.lastSpan()));
              }
              default -> new Statement.Grouping.By(expressions.binary());
            });
  }
}
