/**
 * Regular expressions.
 *
 * <p>{@link io.holdfast.script.regex.Regex} takes time in proportion to the text, whatever the
 * pattern, since patterns may come with data. {@link io.holdfast.script.regex.GrokPattern} puts
 * named patterns together; those look around themselves, so they backtrack, within a bound.
 */
@NullMarked
package io.holdfast.script.regex;

import org.jspecify.annotations.NullMarked;
