package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.List;

/** Parses {@code patch} and {@code merge}. */
final class PatchParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final LiteralParser literals;

  PatchParser(TokenStream tokens, ExpressionParser expressions, LiteralParser literals) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.literals = literals;
  }

  Expr patch() {
    Span start = tokens.take().span();
    Expr target = expressions.value();
    tokens.expect(TokenKind.OF);
    List<Expr.PatchOperation> operations =
        tokens.separated(TokenKind.COMMA, null, this::patchOperation);
    if (!tokens.takeIf(TokenKind.END)) {
      throw tokens.failure("`,`", "`end`");
    }
    return new Expr.Patch(target, operations, start.to(tokens.lastSpan()));
  }

  private Expr.PatchOperation patchOperation() {
    Expr.PatchKind kind =
        switch (tokens.peek().kind()) {
          case INSERT -> Expr.PatchKind.INSERT;
          case UPSERT -> Expr.PatchKind.UPSERT;
          case UPDATE -> Expr.PatchKind.UPDATE;
          case ERASE -> Expr.PatchKind.ERASE;
          case MOVE -> Expr.PatchKind.MOVE;
          case COPY -> Expr.PatchKind.COPY;
          case MERGE -> Expr.PatchKind.MERGE;
          default ->
              throw tokens.failure(
                  "`insert`, `upsert`, `update`, `erase`, `move`, `copy`", "`merge`");
        };
    tokens.take();
    if (kind == Expr.PatchKind.MERGE && tokens.takeIf(TokenKind.ARROW)) {
      return new Expr.PatchOperation(kind, null, expressions.value());
    }
    boolean sets =
        switch (kind) {
          case INSERT, UPSERT, UPDATE -> true;
          case ERASE, MOVE, COPY, MERGE -> false;
        };
    if (sets && tokens.is(TokenKind.IDENTIFIER) && tokens.peekSecond().kind() == TokenKind.ASSIGN) {
      // The tutorial of the reference writes `insert key = value`.
      Expr key = literals.nameAsString();
      tokens.take();
      return new Expr.PatchOperation(kind, key, expressions.value());
    }
    Expr key = expressions.value();
    if (kind == Expr.PatchKind.ERASE) {
      return new Expr.PatchOperation(kind, key, null);
    }
    tokens.expect(TokenKind.ARROW);
    return new Expr.PatchOperation(kind, key, expressions.value());
  }

  Expr merge() {
    Span start = tokens.take().span();
    Expr target = expressions.value();
    tokens.expect(TokenKind.OF);
    Expr changes = expressions.value();
    tokens.expect(TokenKind.END);
    return new Expr.Merge(target, changes, start.to(tokens.lastSpan()));
  }
}
