/** Placeholder. */
@NullMarked
package io.holdfast.pipeline;

import org.jspecify.annotations.NullMarked;
