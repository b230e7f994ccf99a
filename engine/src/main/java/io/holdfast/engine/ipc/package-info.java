/**
 * Arrow IPC streams without Arrow's own readers and writers, which need {@code --add-opens} on
 * current JDKs: {@link io.holdfast.engine.ipc.PayloadWriter} turns a record batch into the bytes of
 * a slot's payload, {@link io.holdfast.engine.ipc.PayloadReader} gives a record batch over them, in
 * place.
 *
 * <p>A payload is one stream: schema message, dictionary batches, exactly one record batch, end
 * marker. Format: the Arrow columnar format, "Serialization and Interprocess Communication".
 */
@NullMarked
package io.holdfast.engine.ipc;

import org.jspecify.annotations.NullMarked;
