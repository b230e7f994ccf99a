/**
 * The {@code holdfast} command: what a person types, what they read, and what the shell is told.
 *
 * <p>{@link io.holdfast.cli.Holdfast} is the entry. Each command is one class that gets a {@link
 * io.holdfast.cli.Console}, does its work through the public API of the modules below and returns
 * an {@link io.holdfast.cli.ExitCode}. A command throws what the modules throw: {@link
 * io.holdfast.cli.Failures} turns that into a sentence and an exit code, in one place. {@link
 * io.holdfast.cli.Signals} tells the first Ctrl-C from the second, and {@link io.holdfast.cli.Logs}
 * decides what of the log a person sees.
 *
 * <p>{@link io.holdfast.cli.TailCommand} has two ways to go: {@link io.holdfast.cli.LiveTail}
 * beside the owner and {@link io.holdfast.cli.AckingTail} as the owner.
 *
 * <p>stdout carries a command's output and nothing else; everything for people goes to stderr.
 */
@NullMarked
package io.holdfast.cli;

import org.jspecify.annotations.NullMarked;
