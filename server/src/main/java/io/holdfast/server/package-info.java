/**
 * The server: configuration, wiring and lifecycle.
 *
 * <p>{@link io.holdfast.server.Configuration} reads what a person wrote, in whatever dialect, into
 * one {@link io.holdfast.server.Plan}; what is wrong comes back as a list, with file, line and
 * column. {@link io.holdfast.server.Server} runs a plan. {@link io.holdfast.server.PlanText} shows
 * one. {@link io.holdfast.server.DataDirectory} is where buffers live, those that nobody uses any
 * more included.
 */
@NullMarked
package io.holdfast.server;

import org.jspecify.annotations.NullMarked;
