/**
 * Programs, queries and JSON that nobody would write. The seeds are the probes of the language's
 * own tests; {@link io.holdfast.fuzz.language.Programs} runs one as a host does.
 */
@NullMarked
package io.holdfast.fuzz.language;

import org.jspecify.annotations.NullMarked;
