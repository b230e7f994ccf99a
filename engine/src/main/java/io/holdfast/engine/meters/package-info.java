/**
 * Counting: {@link io.holdfast.engine.meters.Distribution} takes values, and gives a {@link
 * io.holdfast.engine.Histogram} of them to whoever asks.
 */
@NullMarked
package io.holdfast.engine.meters;

import org.jspecify.annotations.NullMarked;
