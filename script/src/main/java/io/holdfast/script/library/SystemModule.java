package io.holdfast.script.library;

import io.holdfast.script.Value;
import java.util.List;

/** {@code tremor::system}. */
final class SystemModule {
  private SystemModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "tremor::system",
        "The process that runs the script.",
        List.of(
            Function.impure(
                "hostname",
                0,
                "Returns the name of this machine.",
                (_, context) -> Value.of(context.environment().hostname())),
            Function.impure(
                "instance",
                0,
                "Returns the name of the running instance.",
                (_, context) -> Value.of(context.environment().instance())),
            Function.impure(
                "version",
                0,
                "Returns the version of this program.",
                (_, context) -> Value.of(context.environment().version())),
            Function.impure(
                "nanotime",
                0,
                "Returns the time, in nanoseconds since 1970-01-01T00:00Z.",
                (_, context) -> Value.of(context.environment().nanoClock().getAsLong())),
            Function.impure(
                "ingest_ns",
                0,
                "Returns when the event came in, in nanoseconds since 1970-01-01T00:00Z.",
                (_, context) -> Value.of(context.ingestNanos()))));
  }
}
