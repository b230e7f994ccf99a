/**
 * Fuzzing: inputs that grow by what they reach in the code, for everything that reads bytes which
 * somebody else may have written. In a normal build each target replays its seeds and what was
 * found before; with {@code -Pfuzz} each one searches, for as long as {@code holdfast.seconds}
 * says.
 *
 * <p>{@code engine} puts a file of any bytes into a buffer's directory, {@code language} takes
 * programs, queries and JSON, {@code server} configuration, codecs and stored events. All of them
 * look for the same: nothing is thrown that is not promised, nothing hangs, and no input takes more
 * memory than a small multiple of its size.
 */
@NullMarked
package io.holdfast.fuzz;

import org.jspecify.annotations.NullMarked;
