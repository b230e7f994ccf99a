package io.holdfast.script.syntax;

import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Parses the statements of scripts: expressions, constants, functions, modules, uses. */
final class ItemParser {
  private final SourceFile source;
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private @Nullable Supplier<Statement> define;

  ItemParser(SourceFile source, TokenStream tokens, ExpressionParser expressions) {
    this.source = source;
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** Lets modules define scripts, operators and windows, as those of queries do. */
  void allowDefinitions(Supplier<Statement> parser) {
    define = parser;
  }

  /** Parses statements, one at least, up to a token that can only follow the last. */
  List<Item> itemsUpTo(TokenKind end) {
    List<Item> items = new ArrayList<>();
    do {
      items.add(item());
    } while (separator(items.getLast()) && !tokens.is(end));
    return List.copyOf(items);
  }

  /** Takes what must stand after a statement if another follows. */
  boolean separator(Item item) {
    // The semicolon of a `use` belongs to it.
    return item instanceof Item.Use || tokens.takeIf(TokenKind.SEMICOLON);
  }

  Item item() {
    Item definition = definition();
    return definition != null ? definition : new Item.Evaluate(expressions.statement());
  }

  /** Parses what may stand in scripts, modules and queries alike, or returns null. */
  @Nullable Item definition() {
    return switch (tokens.peek().kind()) {
      case USE -> use();
      case CONST -> constant();
      case FN -> function();
      case INTRINSIC -> intrinsic();
      case MOD -> module();
      default -> null;
    };
  }

  Item.Use use() {
    Span start = tokens.take().span();
    List<Name> module = qualifiedName();
    Name alias = tokens.takeIf(TokenKind.AS) ? tokens.expectName() : null;
    if (!tokens.is(TokenKind.SEMICOLON) && isOnLine(tokens.peek(), tokens.lastSpan())) {
      throw tokens.failure("`::`", "`as`", "`;`");
    } else if (!tokens.is(TokenKind.SEMICOLON)) {
      throw new SyntaxException(endOfLine(tokens.lastSpan()), "a `;` is missing here", null);
    }
    Span end = tokens.take().span();
    Token next = tokens.peek();
    if (isOnLine(next, end)) {
      throw new SyntaxException(
          next.kind() == TokenKind.END_OF_FILE ? end : next.span(),
          "a line break must follow a `use`",
          null);
    }
    return new Item.Use(module, alias, start.to(end));
  }

  private boolean isOnLine(Token token, Span before) {
    boolean end = token.kind() == TokenKind.END_OF_FILE;
    int at = end ? token.span().end() : token.span().start();
    return source.line(at) == source.line(before.start());
  }

  /** Returns the place of the line break after something, or of what blanks divide from it. */
  private Span endOfLine(Span span) {
    int at = span.end();
    while (at < source.text().length() && " \t\r".indexOf(source.text().charAt(at)) >= 0) {
      at++;
    }
    return new Span(at, at);
  }

  List<Name> qualifiedName() {
    List<Name> names = new ArrayList<>();
    do {
      names.add(tokens.expectName());
    } while (tokens.takeIf(TokenKind.DOUBLE_COLON));
    return List.copyOf(names);
  }

  private Item.Const constant() {
    Span start = tokens.take().span();
    Name name = tokens.expectName();
    tokens.expect(TokenKind.ASSIGN);
    Expr value = expressions.operand();
    return new Item.Const(name, value, start.to(value.span()));
  }

  private Item.Function function() {
    Span start = tokens.take().span();
    Name name = tokens.expectName();
    Parameters parameters = parameters();
    Item.Body body;
    if (tokens.takeIf(TokenKind.WITH)) {
      body = new Item.Body.Sequence(statements());
    } else if (tokens.takeIf(TokenKind.OF)) {
      body = new Item.Body.Cases(expressions.functionCases());
    } else {
      throw tokens.failure("`with`", "`of`");
    }
    Span end = tokens.expect(TokenKind.END).span();
    return new Item.Function(name, parameters.names(), parameters.open(), body, start.to(end));
  }

  /** Parses what a function does: expressions, one at least. */
  private List<Item> statements() {
    List<Item> items = new ArrayList<>();
    do {
      items.add(new Item.Evaluate(expressions.statement()));
    } while (tokens.takeIf(TokenKind.SEMICOLON) && !tokens.is(TokenKind.END));
    return List.copyOf(items);
  }

  private Item.Function intrinsic() {
    Span start = tokens.take().span();
    tokens.expect(TokenKind.FN);
    Name name = tokens.expectName();
    Parameters parameters = parameters();
    tokens.expect(TokenKind.AS);
    List<Name> target = qualifiedName();
    Item.Body body =
        new Item.Body.Intrinsic(target.subList(0, target.size() - 1), target.getLast());
    Span span = start.to(tokens.lastSpan());
    return new Item.Function(name, parameters.names(), parameters.open(), body, span);
  }

  private record Parameters(List<Name> names, boolean open) {}

  private Parameters parameters() {
    tokens.expect(TokenKind.OPEN_PARENTHESIS);
    List<Name> names = new ArrayList<>();
    boolean open = false;
    if (!tokens.is(TokenKind.CLOSE_PARENTHESIS)) {
      do {
        open = tokens.takeIf(TokenKind.DOT);
        if (open) {
          tokens.expect(TokenKind.DOT);
          tokens.expect(TokenKind.DOT);
        } else {
          names.add(tokens.expectName());
        }
      } while (!open && tokens.takeIf(TokenKind.COMMA));
    }
    tokens.expect(TokenKind.CLOSE_PARENTHESIS);
    return new Parameters(List.copyOf(names), open);
  }

  Item.Module module() {
    return tokens.deeper(this::wholeModule);
  }

  private Item.Module wholeModule() {
    Span start = tokens.take().span();
    Name name = tokens.expectName();
    tokens.expect(TokenKind.WITH);
    return body(name, TokenKind.END, start);
  }

  /** Parses what a module holds, and its end. */
  Item.Module body(Name name, TokenKind last, Span start) {
    List<Item> items = new ArrayList<>();
    List<Statement> definitions = new ArrayList<>();
    boolean more = true;
    while (more) {
      if (define != null && tokens.is(TokenKind.DEFINE)) {
        definitions.add(define.get());
        more = tokens.takeIf(TokenKind.SEMICOLON);
      } else {
        Item item = definition();
        if (item == null) {
          throw define == null
              ? tokens.failure("`const`", "`fn`", "`mod`")
              : tokens.failure("`const`", "`fn`, `mod`", "`define`");
        }
        items.add(item);
        more = separator(item);
      }
      more &= !tokens.is(last);
    }
    if (!tokens.is(last)) {
      throw tokens.failure("`;`", last.described());
    }
    Span end = tokens.take().span();
    return new Item.Module(name, List.copyOf(items), List.copyOf(definitions), start.to(end));
  }
}
