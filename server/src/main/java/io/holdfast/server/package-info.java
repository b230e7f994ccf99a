/** Placeholder. */
@NullMarked
package io.holdfast.server;

import org.jspecify.annotations.NullMarked;
