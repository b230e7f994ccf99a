/**
 * The storage seam: all that the engine asks of a disk.
 *
 * <p>{@link io.holdfast.engine.storage.Storage} is the contract, {@link
 * io.holdfast.engine.storage.FileStorage} keeps it on a real directory. The simulated disk of the
 * testkit is the other implementation: it drops, tears and reorders whatever was not synced.
 */
@NullMarked
package io.holdfast.engine.storage;

import org.jspecify.annotations.NullMarked;
