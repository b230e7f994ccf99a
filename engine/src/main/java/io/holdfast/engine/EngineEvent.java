package io.holdfast.engine;

import java.lang.System.Logger.Level;

/**
 * Something that happened in a buffer.
 *
 * @param name what, in the style of OpenTelemetry's event names, {@code holdfast.wal.replay}
 * @param level how much it matters
 * @param message one sentence for a person: what, where, what to do
 */
public record EngineEvent(String name, Level level, String message) {}
