package io.holdfast.script;

import java.net.URI;

/**
 * One event, as a script or select sees it. Immutable.
 *
 * @param value what {@code event} is
 * @param meta what {@code $} is
 * @param ingestNanos when the event came in, in nanoseconds since 1970-01-01T00:00Z
 * @param origin where it came from, as {@code scheme://host:port/path}
 */
public record EventContext(Value value, RecordValue meta, long ingestNanos, URI origin) {}
