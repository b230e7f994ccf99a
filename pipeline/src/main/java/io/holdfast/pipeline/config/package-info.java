/**
 * Configuration as a tree with places, whoever wrote it.
 *
 * <p>A {@link io.holdfast.pipeline.config.ConfigNode} is a scalar, a list or a map that knows its
 * file, line and column. Every dialect is turned into it, YAML as well as the {@code with} of a
 * query. Whoever needs settings reads them through a {@link io.holdfast.pipeline.config.Section},
 * which puts what is wrong into {@link io.holdfast.pipeline.config.ConfigErrors} and goes on, so
 * that a person sees all errors at once.
 */
@NullMarked
package io.holdfast.pipeline.config;

import org.jspecify.annotations.NullMarked;
