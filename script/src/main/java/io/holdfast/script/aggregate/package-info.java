/**
 * The aggregates: functions of all events in a window, such as {@code aggr::stats::sum}.
 *
 * <p>{@link io.holdfast.script.aggregate.Aggregates} lists them. An {@link
 * io.holdfast.script.aggregate.AggregateFunction} makes an {@link
 * io.holdfast.script.aggregate.Aggregate} for each window that opens; that one takes the arguments
 * of each event, and gives its value when the window closes.
 */
@NullMarked
package io.holdfast.script.aggregate;

import org.jspecify.annotations.NullMarked;
