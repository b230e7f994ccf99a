/**
 * The extractors: what takes strings apart in patterns, such as {@code ~= kv|%{key}=%{val} |}.
 *
 * <p>{@link io.holdfast.script.extract.Extractors} knows them by name. An {@link
 * io.holdfast.script.extract.Extractor} is one class; it is made from the text between the bars
 * once, at load, and takes time in proportion to the string.
 */
@NullMarked
package io.holdfast.script.extract;

import org.jspecify.annotations.NullMarked;
