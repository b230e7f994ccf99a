/**
 * What flows, and the contracts of those who hand it on.
 *
 * <p>An {@link io.holdfast.pipeline.Event} travels in a {@link io.holdfast.pipeline.Parcel}, which
 * carries the duty to settle it exactly once. A {@link io.holdfast.pipeline.Source} makes events, a
 * {@link io.holdfast.pipeline.Sink} hands them to the other side; both are plain loops on threads
 * of their own. Whether events may flow is told backwards, by {@link io.holdfast.pipeline.Valve}s.
 * A {@link io.holdfast.pipeline.ConnectorType} reads the settings of a source or sink. What happens
 * is told to a {@link io.holdfast.pipeline.PipelineListener}. The graph that runs all this is in
 * the package {@code runtime}.
 */
@NullMarked
package io.holdfast.pipeline;

import org.jspecify.annotations.NullMarked;
