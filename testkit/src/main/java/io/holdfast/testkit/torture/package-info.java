/**
 * A real process on a real filesystem that dies again and again, and a witness outside of it.
 *
 * <p>{@link io.holdfast.testkit.torture.Worker} is the process: producers append {@linkplain
 * io.holdfast.testkit.torture.Numbered numbered bundles}, subscribers take them, and every promise
 * that the engine makes to it goes to its standard output as one line. {@link
 * io.holdfast.testkit.torture.Witness} starts workers, reads these lines through a pipe that no
 * crash of the filesystem can take back, and after each death opens the directory and holds what is
 * there against what was promised. {@link io.holdfast.testkit.torture.Torture} does so for a time,
 * on a directory that somebody names. {@link io.holdfast.testkit.torture.DyingStorage} ends a
 * worker at a call of a kind instead: before or after a sync, a rename, a deletion.
 */
@NullMarked
package io.holdfast.testkit.torture;

import org.jspecify.annotations.NullMarked;
