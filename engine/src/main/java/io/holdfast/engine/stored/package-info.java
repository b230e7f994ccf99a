/**
 * What was written and is read back, wherever it lies: {@link
 * io.holdfast.engine.stored.StoredBundle} is a bundle in pooled memory whose checksum fits, {@link
 * io.holdfast.engine.stored.StoredSlot} one of its slots, decoded when somebody asks. {@link
 * io.holdfast.engine.stored.Identity} tells one bundle from every other; {@link
 * io.holdfast.engine.stored.Crc} joins checksums of pieces.
 */
@NullMarked
package io.holdfast.engine.stored;

import org.jspecify.annotations.NullMarked;
