/**
 * The functions that come with the language.
 *
 * <p>{@link io.holdfast.script.library.Library} lists the modules. A module is one class that lists
 * its {@link io.holdfast.script.library.Function functions}, each with its arity and its
 * documentation. A function reads its {@link io.holdfast.script.library.Arguments arguments} and,
 * if it must, the {@link io.holdfast.script.library.CallContext context}.
 */
@NullMarked
package io.holdfast.script.library;

import org.jspecify.annotations.NullMarked;
