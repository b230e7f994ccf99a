/**
 * The durable buffer. {@link io.holdfast.engine.DurableBuffer} is its owner's way in. Beside a
 * running owner, without its lock: {@link io.holdfast.engine.BundleReader} reads bundles, {@link
 * io.holdfast.engine.BufferInspection} says what lies in the directory and {@link
 * io.holdfast.engine.BufferVerification} checks all of it. {@link
 * io.holdfast.engine.BatchStreamReader} and {@link io.holdfast.engine.BatchStreamWriter} carry
 * bundles as Arrow IPC streams.
 */
@NullMarked
package io.holdfast.engine;

import org.jspecify.annotations.NullMarked;
