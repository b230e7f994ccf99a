/**
 * What {@code holdfast bench} measures, apart from the command that prints it.
 *
 * <p>{@link io.holdfast.cli.bench.Shape} builds the bundles. {@link io.holdfast.cli.bench.Appends}
 * lets producers append, in turn with {@link io.holdfast.cli.bench.RawAppend}, the limit of the
 * disk; {@link io.holdfast.cli.bench.Deliveries} waits for what one of them appends, {@link
 * io.holdfast.cli.bench.Caller} sees what an append costs its thread. {@link
 * io.holdfast.cli.bench.Backlog} writes a backlog and lets another process, {@link
 * io.holdfast.cli.bench.BacklogProbe}, open and drain it: memory and the time since the start of a
 * process can only be seen from there. {@link io.holdfast.cli.bench.Replay} opens a log, {@link
 * io.holdfast.cli.bench.Crowd} has many subscribers, {@link io.holdfast.cli.bench.Heap} watches the
 * garbage collector of another process, and {@link io.holdfast.cli.bench.Written} counts what
 * reaches the {@link io.holdfast.cli.bench.BlockDevice}. {@link
 * io.holdfast.cli.bench.SequentialRead} is what the machine gives for the same files, measured in
 * the same run.
 *
 * <p>{@link io.holdfast.cli.bench.LogPlot} and {@link io.holdfast.cli.bench.BarPlot} draw it.
 */
@NullMarked
package io.holdfast.cli.bench;

import org.jspecify.annotations.NullMarked;
