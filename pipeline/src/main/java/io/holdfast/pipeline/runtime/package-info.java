/**
 * Runs pipelines.
 *
 * <p>A {@link io.holdfast.pipeline.runtime.PipelinePlan} is a query that was read and found right.
 * A {@link io.holdfast.pipeline.runtime.Pipeline} is one running instance of it: a graph of
 * operators on one loop. A {@link io.holdfast.pipeline.runtime.Deployment} links sources, pipelines
 * and sinks, starts and stops them in the right order, and counts what they did.
 */
@NullMarked
package io.holdfast.pipeline.runtime;

import org.jspecify.annotations.NullMarked;
