/** How an event's value becomes bytes, and bytes a value. */
@NullMarked
package io.holdfast.connectors.codec;

import org.jspecify.annotations.NullMarked;
