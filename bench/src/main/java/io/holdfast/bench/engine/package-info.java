/**
 * What the parts of the engine cost, each alone and in one thread: {@link
 * io.holdfast.bench.engine.EntryBenchmark} makes a log entry of a bundle, checks it and reads it
 * again, {@link io.holdfast.bench.engine.LogBenchmark} scans a log, {@link
 * io.holdfast.bench.engine.SegmentBenchmark} makes segments of log entries, and {@link
 * io.holdfast.bench.engine.DeliveryBenchmark} takes and acks. {@link io.holdfast.bench.engine.Rows}
 * has the bundles.
 *
 * <p>The whole, with a disk, is what {@code holdfast bench} measures.
 */
@NullMarked
package io.holdfast.bench.engine;

import org.jspecify.annotations.NullMarked;
