/**
 * What a buffer remembers beside its log, in small files that are replaced as a whole.
 *
 * <p>{@link io.holdfast.engine.progress.ResolvedSet} is a subscriber's progress in memory, {@link
 * io.holdfast.engine.progress.ProgressFile} on disk. {@link io.holdfast.engine.progress.StateFile}
 * holds the floors and the mark of a clean stop, {@link io.holdfast.engine.progress.CursorFile} the
 * position below which the log is not needed, {@link io.holdfast.engine.progress.OwnerLock} who has
 * the directory. Our own files share one {@link io.holdfast.engine.progress.Envelope}.
 */
@NullMarked
package io.holdfast.engine.progress;

import org.jspecify.annotations.NullMarked;
