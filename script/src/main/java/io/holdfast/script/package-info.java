/**
 * The language: values, queries and scripts. This package is what other modules use.
 *
 * <p>{@link io.holdfast.script.Value} is the data model, with {@link io.holdfast.script.ArrayValue}
 * and {@link io.holdfast.script.RecordValue}; {@link io.holdfast.script.Json} reads and writes it.
 */
@NullMarked
package io.holdfast.script;

import org.jspecify.annotations.NullMarked;
