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
 * {@snippet :
 * SimulatedStorage disk = new SimulatedStorage(1);
 * SimulatedTime time = new SimulatedTime();
 * SimulatedTasks tasks = new SimulatedTasks(time, 1);
 * BufferOptions options = BufferOptions.defaults().withTime(time).withTasks(tasks);
 * DurableBuffer before = DurableBuffer.open(disk, options);
 * before.append(bundle);
 * SimulatedStorage after = disk.crash(1);
 * tasks.kill();
 * options = options.withTasks(new SimulatedTasks(time, 2));
 * try (DurableBuffer again = DurableBuffer.open(after, options)) {
 *   System.out.println(again.recovery().replayed() + " bundle survived the power cut");
 * }
 * }
 */
@NullMarked
package io.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
