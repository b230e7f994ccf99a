/**
 * From syntax tree to closures.
 *
 * <p>{@link io.holdfast.script.compile.Compiler} is the entry. {@code Items} goes over statements,
 * {@code ExprCompiler} over expressions; the larger constructs have a class each ({@code Paths},
 * {@code Assignments}, {@code Calls}, {@code Choices}, {@code Patterns}, {@code Patches}). A
 * compiled expression is a {@code Node}; what it reads and changes is in the {@code Frame} of the
 * run. Names are resolved here, so this is also where unknown ones are reported.
 */
@NullMarked
package io.holdfast.script.compile;

import org.jspecify.annotations.NullMarked;
