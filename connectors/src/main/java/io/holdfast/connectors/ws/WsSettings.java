package io.holdfast.connectors.ws;

import io.holdfast.connectors.codec.Codec;
import java.net.URI;
import java.time.Duration;

/**
 * What a WebSocket sink was told.
 *
 * @param url the peer
 * @param codec makes the bytes of a message
 * @param binary whether messages are binary ones, else text
 * @param acksOnPong whether an event is acked by the peer's pong, else when it is written
 * @param ackTimeout how long a write or a pong may take
 */
record WsSettings(URI url, Codec codec, boolean binary, boolean acksOnPong, Duration ackTimeout) {}
