/**
 * {@code qos::wal}: a durable buffer in the middle of a query.
 *
 * <p>{@link io.holdfast.pipeline.operator.wal.WalType} reads the settings. The operator has two
 * halves that meet only in the buffer. The intake makes what arrives durable, acks it, and closes
 * the flow upstream while there is no room. The window delivers what is stored, in order, so many
 * events at a time, and sends again what failed. What it has read and is not resolved is {@link
 * io.holdfast.pipeline.operator.wal.Outstanding}: on the disk only, as long as windows and batches
 * downstream collect all that is left of it.
 */
@NullMarked
package io.holdfast.pipeline.operator.wal;

import org.jspecify.annotations.NullMarked;
