/**
 * Events as they lie in a buffer: event bundle v1.
 *
 * <p>A {@link io.holdfast.pipeline.bundle.StoredEvent} is one row, an {@link
 * io.holdfast.pipeline.bundle.EventBundle} makes a record bundle of several and reads it back.
 */
@NullMarked
package io.holdfast.pipeline.bundle;

import org.jspecify.annotations.NullMarked;
