/**
 * From text to syntax tree.
 *
 * <p>The lexer makes tokens, of which one may be a mistake; the parser goes over them by recursive
 * descent ({@code ItemParser}, {@code QueryParser}, {@code PatternParser}) and by operator
 * precedence ({@code ExpressionParser}). The tree is made of records that know their place: {@link
 * io.holdfast.script.syntax.Expr}, {@link io.holdfast.script.syntax.Pattern}, {@link
 * io.holdfast.script.syntax.Item} for scripts and {@link io.holdfast.script.syntax.Statement} for
 * queries. {@link io.holdfast.script.syntax.Problems} collects what is wrong.
 */
@NullMarked
package io.holdfast.script.syntax;

import org.jspecify.annotations.NullMarked;
