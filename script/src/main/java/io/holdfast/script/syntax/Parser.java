package io.holdfast.script.syntax;

import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Turns a source into its statements, and goes on after an error where it can. */
public final class Parser {
  /** What a statement of a query begins with. */
  private static final Set<TokenKind> STATEMENT_STARTS =
      EnumSet.of(
          TokenKind.DEFINE, TokenKind.CREATE, TokenKind.SELECT, TokenKind.USE, TokenKind.MOD);

  private final SourceFile source;
  private final Problems problems;
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final ItemParser items;

  private Parser(Problems problems) {
    this.source = problems.source();
    this.problems = problems;
    this.tokens = new TokenStream(Lexer.lex(source), 0);
    // The reference reads a file to its end before it parses: what it cannot read comes first.
    tokens.skipToUnreadable();
    this.expressions = new ExpressionParser(tokens, problems);
    this.items = new ItemParser(source, tokens, expressions);
  }

  /**
   * Parses a script.
   *
   * @param problems gets what is wrong
   * @return the statements; those that are wrong are missing
   */
  public static List<Item> script(Problems problems) {
    return new Parser(problems).script();
  }

  /**
   * Parses a query.
   *
   * @param problems gets what is wrong
   * @return the statements; those that are wrong are missing
   */
  public static List<Statement> query(Problems problems) {
    return new Parser(problems).query();
  }

  /**
   * Parses the file of a module.
   *
   * @param problems gets what is wrong
   * @param inQuery whether it may define scripts, operators and windows
   * @return what it defines; what is wrong is missing
   */
  public static Item.Module module(Problems problems, boolean inQuery) {
    return new Parser(problems).module(inQuery);
  }

  private Item.Module module(boolean inQuery) {
    if (inQuery) {
      new QueryParser(tokens, expressions, items);
    }
    int end = source.text().length();
    Span whole = new Span(0, end);
    try {
      return items.body(new Name(source.name(), whole), TokenKind.END_OF_FILE, whole);
    } catch (SyntaxException e) {
      e.reportTo(problems);
      return new Item.Module(new Name(source.name(), whole), List.of(), List.of(), whole);
    }
  }

  private List<Item> script() {
    List<Item> parsed = new ArrayList<>();
    boolean more = true;
    while (more) {
      try {
        Item item = items.item();
        parsed.add(item);
        boolean separated = items.separator(item);
        if (!separated && !tokens.is(TokenKind.END_OF_FILE)) {
          throw tokens.failure("an operator", "`;`");
        }
        more = separated && !tokens.is(TokenKind.END_OF_FILE);
      } catch (SyntaxException e) {
        e.reportTo(problems);
        // A statement that begins a line is likely no part of a broken one.
        tokens.skipUntil(
            (previous, next) ->
                previous.kind() == TokenKind.SEMICOLON && source.column(next.span().start()) == 1);
        more = !tokens.is(TokenKind.END_OF_FILE);
      }
    }
    return parsed;
  }

  private List<Statement> query() {
    QueryParser statements = new QueryParser(tokens, expressions, items);
    List<Statement> parsed = new ArrayList<>();
    boolean more = true;
    while (more) {
      try {
        boolean begun = parsed.stream().anyMatch(it -> !(it instanceof Statement.Config));
        if (begun && tokens.is(TokenKind.CONFIG)) {
          problems.error(
              tokens.peek().span(),
              "`#!config` can only stand before all statements",
              "move it to the beginning of the file");
        }
        Statement statement = statements.statement();
        parsed.add(statement);
        boolean separated =
            statement instanceof Statement.Config
                || (statement instanceof Item item
                    ? items.separator(item)
                    : tokens.takeIf(TokenKind.SEMICOLON));
        if (!separated && !tokens.is(TokenKind.END_OF_FILE)) {
          throw tokens.failure("`;`");
        }
        // There is more to a query than its configuration.
        boolean onlyConfig = !begun && statement instanceof Statement.Config;
        more = onlyConfig || (separated && !tokens.is(TokenKind.END_OF_FILE));
      } catch (SyntaxException e) {
        e.reportTo(problems);
        tokens.skipUntil(
            (previous, next) ->
                previous.kind() == TokenKind.SEMICOLON && STATEMENT_STARTS.contains(next.kind()));
        more = !tokens.is(TokenKind.END_OF_FILE);
      }
    }
    return parsed;
  }
}
