/**
 * Segments: files that hold the bundles which somebody has not resolved when the log moves on.
 *
 * <p><b>Writing.</b> A {@link io.holdfast.engine.segment.SegmentPlan} sorts the messages of {@link
 * io.holdfast.engine.segment.Survivor}s into streams, {@link
 * io.holdfast.engine.segment.SegmentWriter} copies them into a file with the tables that other
 * engines read ({@link io.holdfast.engine.segment.SegmentTables}) and our own ({@link
 * io.holdfast.engine.segment.IdentityBlock}).
 *
 * <p><b>Reading.</b> {@link io.holdfast.engine.segment.Segments} are all of a directory, each a
 * {@link io.holdfast.engine.segment.SegmentFile} with its {@link
 * io.holdfast.engine.segment.SegmentFooter}. Where its bundles lie says a {@link
 * io.holdfast.engine.segment.SegmentIndex}: {@link io.holdfast.engine.segment.OwnIndex} from our
 * block, {@link io.holdfast.engine.segment.ForeignIndex} from the tables; {@link
 * io.holdfast.engine.segment.BundleReading} puts one together again, with {@link
 * io.holdfast.engine.segment.ReadAhead} for those who read one after the other.
 */
@NullMarked
package io.holdfast.engine.segment;

import org.jspecify.annotations.NullMarked;
