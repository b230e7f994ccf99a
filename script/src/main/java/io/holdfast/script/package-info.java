/**
 * The language: values, queries and scripts. This package is what other modules use.
 *
 * <p>{@link io.holdfast.script.Value} is the data model, with {@link io.holdfast.script.ArrayValue}
 * and {@link io.holdfast.script.RecordValue}; {@link io.holdfast.script.Json} reads and writes it.
 * An event that is a plain text stays one, checked but not taken apart, until somebody asks for a
 * field.
 *
 * <p>A {@link io.holdfast.script.SourceFile} becomes a {@link io.holdfast.script.Query}, which is a
 * graph of {@link io.holdfast.script.QueryNode nodes} and {@link io.holdfast.script.QueryEdge
 * edges}, or a {@link io.holdfast.script.Script}. Loading parses and compiles the whole source, and
 * either succeeds or throws a {@link io.holdfast.script.LoadException} with all that is wrong; each
 * {@link io.holdfast.script.Diagnostic} knows its place and can show it. Scripts and selects are
 * started with an {@link io.holdfast.script.Environment} and then take one {@link
 * io.holdfast.script.EventContext} at a time, to give {@link io.holdfast.script.Emission emissions}
 * or a {@link io.holdfast.script.ScriptException}.
 *
 * <p>A {@link io.holdfast.script.QueryInstance} runs a whole query in one thread; a host may as
 * well run the nodes itself. An {@link io.holdfast.script.ImportPath} says where modules are
 * searched.
 *
 * <p>Behind it: {@code syntax} (text to tree), {@code compile} (tree to closures, with the checks),
 * {@code operation} (what operators do), {@code library} (functions), {@code aggregate} (functions
 * over windows), {@code extract} (extractors), {@code regex} and {@code time} (patterns that those
 * and the library need).
 */
@NullMarked
package io.holdfast.script;

import org.jspecify.annotations.NullMarked;
