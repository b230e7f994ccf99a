/** A source that makes an event at regular times. */
@NullMarked
package io.holdfast.connectors.metronome;

import org.jspecify.annotations.NullMarked;
