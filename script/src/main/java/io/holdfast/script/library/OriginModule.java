package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tremor::origin}. */
final class OriginModule {
  private OriginModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "tremor::origin",
        "Where the event came from.",
        List.of(
            Function.impure(
                "as_uri_string",
                0,
                "Returns the origin as a URI.",
                (_, context) -> Value.of(context.origin().toString())),
            Function.impure(
                "as_uri_record",
                0,
                "Returns the origin as a record of scheme, host, port and path.",
                (_, context) -> record(context.origin())),
            Function.impure(
                "scheme",
                0,
                "Returns the scheme of the origin.",
                (_, context) -> text(context.origin().getScheme())),
            Function.impure(
                "host",
                0,
                "Returns the host of the origin.",
                (_, context) -> text(context.origin().getHost())),
            Function.impure(
                "port",
                0,
                "Returns the port of the origin, or null.",
                (_, context) -> port(context.origin())),
            Function.impure(
                "path",
                0,
                "Returns the path of the origin as an array of its parts.",
                (_, context) -> path(context.origin()))));
  }

  private static Value record(URI origin) {
    return RecordValue.builder()
        .put("scheme", text(origin.getScheme()))
        .put("host", text(origin.getHost()))
        .put("port", port(origin))
        .put("path", path(origin))
        .build();
  }

  private static Value text(@Nullable String part) {
    return part == null ? Value.NULL : Value.of(part);
  }

  private static Value port(URI origin) {
    return origin.getPort() < 0 ? Value.NULL : Value.of(origin.getPort());
  }

  private static Value path(URI origin) {
    String path = origin.getPath();
    return path == null
        ? ArrayValue.EMPTY
        : ArrayValue.of(
            Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty())
                .<Value>map(Value::of)
                .toList());
  }
}
