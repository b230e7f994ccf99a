/**
 * Tremor's dialect of configuration, as its generation 0.11 has it: YAML files with {@code onramp},
 * {@code offramp}, {@code binding} and {@code mapping}, and {@code .trickle} queries.
 *
 * <p>{@link io.holdfast.server.tremor.ConfigFiles} sorts what a person named. {@link
 * io.holdfast.server.tremor.Artefacts} reads the YAML files into artefacts, whatever their order.
 * {@link io.holdfast.server.tremor.Planner} then follows the mappings and makes the plan.
 */
@NullMarked
package io.holdfast.server.tremor;

import org.jspecify.annotations.NullMarked;
