package io.holdfast.script.syntax;

import io.holdfast.script.SourceFile;
import java.util.List;

/** Tells whether two texts are the same words. */
public final class Spelling {
  private static final char BETWEEN = '\n';

  private Spelling() {}

  /**
   * Returns what is equal for texts of the same words, whatever blanks and comments stand between
   * them, and different for others.
   *
   * @param text a part of a source, made of whole words
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder();
    spell(Lexer.lex(SourceFile.of("", text)), out);
    return out.toString();
  }

  private static void spell(List<Token> tokens, StringBuilder out) {
    for (Token token : tokens) {
      out.append(token.kind()).append(BETWEEN).append(token.text()).append(BETWEEN);
      for (Token.Part part : token.parts()) {
        switch (part) {
          case Token.Part.Literal(String literal) ->
              out.append(literal.length()).append(BETWEEN).append(literal);
          case Token.Part.Interpolation(List<Token> inner) -> spell(inner, out);
        }
      }
    }
  }
}
