/**
 * What the language costs: {@link io.holdfast.bench.language.ScriptBenchmark} and {@link
 * io.holdfast.bench.language.QueryBenchmark} take events from JSON to JSON in one thread, {@link
 * io.holdfast.bench.language.LoadBenchmark} loads a long script. {@link
 * io.holdfast.bench.language.Events} has the events.
 */
@NullMarked
package io.holdfast.bench.language;

import org.jspecify.annotations.NullMarked;
