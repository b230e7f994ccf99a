/**
 * Dates and times as text, by patterns such as {@code %Y-%m-%d %H:%M:%S}.
 *
 * <p>A {@link io.holdfast.script.time.TimeFormat} is made from a pattern once; it writes instants
 * and reads them, with {@code TimeWriter} and {@code TimeReader}. {@code TimeItem} lists what a
 * pattern is made of.
 */
@NullMarked
package io.holdfast.script.time;

import org.jspecify.annotations.NullMarked;
