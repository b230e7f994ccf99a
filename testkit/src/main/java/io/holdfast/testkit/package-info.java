/**
 * A disk, a clock and an executor that obey a seed, for tests of code that stands on the engine.
 *
 * <p>Start with {@link io.holdfast.testkit.SimulatedStorage}: the engine's storage contract in
 * memory. It keeps what was written and not synced apart from what was, and {@link
 * io.holdfast.testkit.SimulatedStorage#crash} gives the disk as a power cut may leave it: un-synced
 * writes applied, dropped or torn, names kept or undone, each as the seed decides. {@link
 * io.holdfast.testkit.SimulatedStorage#kill} ends only the process.
 *
 * <p>{@link io.holdfast.testkit.Faults} says which {@link io.holdfast.testkit.StorageCall} fails,
 * is short, or meets a power cut. {@link io.holdfast.testkit.SimulatedTasks} runs an engine's
 * background work on the calling thread, in an order that its seed decides; {@link
 * io.holdfast.testkit.SimulatedTime} is its clock, which moves only when it is told to. With all
 * three a whole engine runs on one thread, and the same seeds give the same run.
 *
 * <pre>{@code
 * var disk = new SimulatedStorage(seed);
 * var time = new SimulatedTime();
 * var tasks = new SimulatedTasks(time, seed);
 * // open an engine on disk, time and tasks; append with appendAsync; then
 * tasks.runUntilIdle();
 * var afterPowerCut = disk.crash(seed);
 * }</pre>
 */
@NullMarked
package io.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
