/**
 * Runs queries without a server: in the thread of the caller, an event at a time, and without
 * settlement.
 *
 * <p>A {@link io.holdfast.pipeline.direct.DirectQuery} is a query with its operators made: each
 * says itself what it does where nobody acknowledges and nobody is slow.
 */
@NullMarked
package io.holdfast.pipeline.direct;

import org.jspecify.annotations.NullMarked;
