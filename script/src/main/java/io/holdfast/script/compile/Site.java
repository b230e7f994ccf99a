package io.holdfast.script.compile;

import io.holdfast.script.Diagnostic;
import io.holdfast.script.ScriptException;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import org.jspecify.annotations.Nullable;

/** A place of the source that can fail at run time. */
record Site(SourceFile source, Span span) {
  ScriptException failure(String message) {
    return failure(message, null);
  }

  ScriptException failure(String message, @Nullable String hint) {
    return new ScriptException(Diagnostic.error(source, span, message, hint));
  }
}
