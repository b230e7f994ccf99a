/**
 * WebSocket out.
 *
 * <p>{@link io.holdfast.connectors.ws.WsType} reads the settings. The sink connects, and connects
 * again; a connection writes events and settles them when the peer answers the ping that followed
 * them. A pong proves that the peer's WebSocket layer has read everything before the ping, in
 * order; what the program behind it did with it, no WebSocket peer tells.
 */
@NullMarked
package io.holdfast.connectors.ws;

import org.jspecify.annotations.NullMarked;
