package io.holdfast.script;

/**
 * One event that a script or select gives out.
 *
 * @param port the output port, {@code out} unless the script says otherwise
 * @param value the event
 * @param meta its metadata
 */
public record Emission(String port, Value value, RecordValue meta) {}
