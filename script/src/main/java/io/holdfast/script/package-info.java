/** Placeholder. */
@NullMarked
package io.holdfast.script;

import org.jspecify.annotations.NullMarked;
