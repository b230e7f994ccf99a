/** Placeholder. */
@NullMarked
package io.holdfast.connectors;

import org.jspecify.annotations.NullMarked;
