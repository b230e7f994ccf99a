/**
 * Sources and sinks: {@link io.holdfast.connectors.Connectors} knows them by name. Each family has
 * a package of its own, and {@code codec} what they share.
 */
@NullMarked
package io.holdfast.connectors;

import org.jspecify.annotations.NullMarked;
