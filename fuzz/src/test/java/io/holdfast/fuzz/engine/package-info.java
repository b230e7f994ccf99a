/**
 * The engine's files with any bytes in them.
 *
 * <p>{@link io.holdfast.fuzz.engine.Directories} has a directory of a buffer that was killed,
 * {@link io.holdfast.fuzz.engine.FileFuzz} puts an input into it in place of one file, and {@link
 * io.holdfast.fuzz.engine.Examination} opens it twice on a simulated disk ({@link
 * io.holdfast.fuzz.engine.Machine}) and takes all that it gives. {@link
 * io.holdfast.fuzz.engine.Sealing} makes checksums right where the input asks for it, so that what
 * lies behind them is reached.
 */
@NullMarked
package io.holdfast.fuzz.engine;

import org.jspecify.annotations.NullMarked;
