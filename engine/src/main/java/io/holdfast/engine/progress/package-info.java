/**
 * What a buffer remembers beside its log, in small files that are replaced as a whole.
 *
 * <p>{@link io.holdfast.engine.progress.ResolvedSet} is a subscriber's progress in memory, {@link
 * io.holdfast.engine.progress.ProgressFile} on disk. {@link io.holdfast.engine.progress.StateFile}
 * holds the floors and the mark of a clean stop, {@link io.holdfast.engine.progress.CursorFile} the
 * position below which the log is not needed, {@link io.holdfast.engine.progress.OwnerLock} who has
 * the directory. {@link io.holdfast.engine.progress.Attempts} is what a progress file says of
 * bundles that are out or have failed, {@link io.holdfast.engine.progress.LetterFile} why a dead
 * letter is one, {@link io.holdfast.engine.progress.ReplayFile} which of these come again. Our own
 * files share one {@link io.holdfast.engine.progress.Envelope}.
 */
@NullMarked
package io.holdfast.engine.progress;

import org.jspecify.annotations.NullMarked;
