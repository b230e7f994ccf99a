/**
 * What an event passes on its way through a pipeline: the contract of an operator, and those that
 * come with the house.
 *
 * <p>An {@link io.holdfast.pipeline.operator.Operator} runs on its pipeline's loop and needs no
 * locks. {@link io.holdfast.pipeline.operator.Operators} knows them by the names that queries use.
 */
@NullMarked
package io.holdfast.pipeline.operator;

import org.jspecify.annotations.NullMarked;
