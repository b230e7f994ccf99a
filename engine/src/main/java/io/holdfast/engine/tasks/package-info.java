/** Waiting for what background tasks do: {@link io.holdfast.engine.tasks.WaitSet}. */
@NullMarked
package io.holdfast.engine.tasks;

import org.jspecify.annotations.NullMarked;
