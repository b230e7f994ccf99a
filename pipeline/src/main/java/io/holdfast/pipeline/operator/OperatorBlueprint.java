package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.BufferPlan;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An operator whose settings are read and right.
 *
 * @param description its settings for the plan, empty when there are none
 * @param buffer the buffer that it keeps, null when it keeps none
 * @param maker makes it for a running pipeline, without touching anything outside
 */
public record OperatorBlueprint(
    String description, @Nullable BufferPlan buffer, Function<OperatorContext, Operator> maker) {}
