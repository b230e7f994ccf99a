/**
 * How much of the disk a buffer may take, and what it does when there is no more.
 *
 * <p>{@link io.holdfast.engine.capacity.SharedSpace} is what a {@link
 * io.holdfast.engine.DiskBudget} stands for: one account over all buffers that share it. {@link
 * io.holdfast.engine.capacity.Admission} is the account of one buffer: every byte that its
 * directory takes is in it, and an append is admitted there before it is queued. {@link
 * io.holdfast.engine.capacity.Limits} are the sizes that follow from a cap.
 *
 * <p>{@link io.holdfast.engine.capacity.ReserveFile} is for a disk that others have filled: space
 * that is given up so that the small files can be written which let the buffer delete large ones.
 */
@NullMarked
package io.holdfast.engine.capacity;

import org.jspecify.annotations.NullMarked;
