/**
 * The write-ahead log.
 *
 * <p><b>Bytes.</b> {@link io.holdfast.engine.log.WalFormat} and {@link
 * io.holdfast.engine.log.WalHeader} are the file format; {@link
 * io.holdfast.engine.log.EncodedEntry} is a bundle on its way in, {@link
 * io.holdfast.engine.stored.StoredBundle} one on its way out.
 *
 * <p><b>Writing.</b> Callers hand {@link io.holdfast.engine.log.PendingAppend}s to the {@link
 * io.holdfast.engine.log.Committer}, which writes and syncs them in groups through the {@link
 * io.holdfast.engine.log.LogWriter}, past the system's cache where that works ({@link
 * io.holdfast.engine.log.BlockWriter}). The {@link io.holdfast.engine.log.NextFile} follows when
 * one is full; files come back as {@link io.holdfast.engine.log.SpareFiles}. {@link
 * io.holdfast.engine.capacity.Admission} says beforehand whether there is room.
 *
 * <p><b>Reading.</b> {@link io.holdfast.engine.log.Log} is the index of what is confirmed, over
 * {@link io.holdfast.engine.log.LogFile}s. {@link io.holdfast.engine.log.LogRecovery} builds it
 * when a buffer opens, with the {@link io.holdfast.engine.log.LogScanner}, which finds entries over
 * damage; what is none goes to the {@link io.holdfast.engine.log.Quarantine}, or is one of the
 * {@link io.holdfast.engine.log.WaitingCopies}.
 */
@NullMarked
package io.holdfast.engine.log;

import org.jspecify.annotations.NullMarked;
