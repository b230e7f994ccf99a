package io.holdfast.script;

/**
 * {@code name = value} as a query says it, with the places for messages.
 *
 * @param name the name
 * @param nameSpan where the name is
 * @param value the value; what is written is a constant expression
 * @param valueSpan where the value is
 */
public record Setting(String name, Span nameSpan, Value value, Span valueSpan) {}
