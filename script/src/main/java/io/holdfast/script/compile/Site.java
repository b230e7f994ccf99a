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

  /** What is told where a value or its work was too much. */
  ScriptException failure(Throwable tooMuch) {
    return failure(
        switch (tooMuch) {
          case StackOverflowError _ -> "a value is nested too deeply";
          // What did not fit is garbage by now, so the next event can go on.
          case OutOfMemoryError _ -> "there is not enough memory for what the event makes";
          default -> String.valueOf(tooMuch.getMessage());
        });
  }
}
