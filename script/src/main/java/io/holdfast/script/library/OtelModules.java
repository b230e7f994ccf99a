package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code cncf::otel} and what is in it. */
final class OtelModules {
  private static final int SPAN_ID_BYTES = 8;
  private static final int TRACE_ID_BYTES = 16;
  private static final long SAMPLED = 128;

  private OtelModules() {}

  static List<LibraryModule> modules() {
    return List.of(
        ids(),
        severity(),
        traceFlags(),
        spanKind(),
        temporality(),
        status(),
        codes(),
        deprecatedCodes());
  }

  private static LibraryModule ids() {
    List<Function> functions = new ArrayList<>();
    addId(functions, "span", SPAN_ID_BYTES);
    addId(functions, "trace", TRACE_ID_BYTES);
    return new LibraryModule("cncf::otel", "Identities for OpenTelemetry.", functions);
  }

  private static void addId(List<Function> functions, String what, int size) {
    functions.add(
        Function.impure(
            "gen_" + what + "_id_string",
            0,
            "Returns a random id of a " + what + ", in hexadecimal digits.",
            (_, context) -> Value.of(HexFormat.of().formatHex(random(context, size)))));
    functions.add(
        Function.impure(
            "gen_" + what + "_id_bytes",
            0,
            "Returns a random id of a " + what + ", as bytes.",
            (_, context) -> new Value.Bytes(random(context, size))));
    functions.add(
        Function.impure(
            "gen_" + what + "_id_array",
            0,
            "Returns a random id of a " + what + ", as an array of integers.",
            (_, context) -> {
              List<Value> elements = new ArrayList<>();
              for (byte b : random(context, size)) {
                elements.add(Value.of(b & 0xFF));
              }
              return ArrayValue.of(elements);
            }));
  }

  private static byte[] random(CallContext context, int size) {
    byte[] bytes = new byte[size];
    context.environment().random().nextBytes(bytes);
    return bytes;
  }

  private static LibraryModule severity() {
    Map<String, Value> constants = new LinkedHashMap<>();
    constants.put("unspecified", Value.of(0));
    List<String> levels = List.of("trace", "debug", "info", "warn", "error", "fatal");
    for (int i = 0; i < levels.size(); i++) {
      for (int step = 1; step <= 4; step++) {
        constants.put(levels.get(i) + (step == 1 ? "" : step), Value.of(i * 4L + step));
      }
    }
    return new LibraryModule(
        "cncf::otel::logs::severity",
        "The numbers of severities of logs.",
        List.of(
            Function.pure(
                "to_string",
                1,
                "Returns the name of a severity's number.",
                arguments -> Value.of(nameOf(arguments.any(0), constants))),
            Function.pure(
                "indicates_error",
                1,
                "Returns whether a severity's number is that of an error or worse.",
                arguments -> Value.of(arguments.integer(0) >= 17)),
            Function.pure(
                "make_default", 0, "Returns the number of the usual severity.", _ -> Value.of(9))),
        withUpperCase(constants));
  }

  private static String nameOf(Value number, Map<String, Value> constants) {
    return constants.entrySet().stream()
        .filter(it -> it.getValue().equals(number) && !it.getKey().equals("unspecified"))
        .map(it -> it.getKey().toUpperCase(Locale.ROOT))
        .findFirst()
        .orElse("Unsupported severity code");
  }

  private static LibraryModule traceFlags() {
    return new LibraryModule(
        "cncf::otel::logs::traceflags",
        "The flags of traces.",
        List.of(
            Function.pure(
                "is_valid",
                1,
                "Returns whether flags are those that may be set.",
                arguments -> Value.of(arguments.any(0).equals(Value.of(SAMPLED)))),
            Function.pure("make_default", 0, "Returns the usual flags: none.", _ -> Value.of(0)),
            Function.pure(
                "from_int",
                1,
                "Returns a record of strings, ` true` or ` false`, of which `sampled` is the flag"
                    + " of 128; the others are not used.",
                arguments -> flags(arguments.integer(0)))));
  }

  private static Value flags(long flags) {
    RecordValue.Builder record = RecordValue.builder();
    record.put("sampled", flag(flags, SAMPLED));
    for (int i = 1; i <= 7; i++) {
      record.put("unused" + i, flag(flags, SAMPLED >> i));
    }
    return record.build();
  }

  /** The reference has a blank before the word. */
  private static Value flag(long flags, long flag) {
    return Value.of(" " + ((flags & flag) != 0));
  }

  private static LibraryModule spanKind() {
    return constants(
        "cncf::otel::trace::spankind",
        "The kinds of spans.",
        List.of("unspecified", "internal", "server", "client", "producer", "consumer"));
  }

  private static LibraryModule temporality() {
    return constants(
        "cncf::otel::metrics::temporality",
        "How the values of a metric relate to time.",
        List.of("unspecified", "delta", "cumulative"));
  }

  private static LibraryModule codes() {
    return constants(
        "cncf::otel::trace::status::code",
        "The codes of the status of a trace.",
        List.of("unset", "ok", "error"));
  }

  private static LibraryModule deprecatedCodes() {
    return constants(
        "cncf::otel::trace::status::deprecated",
        "The codes that the status of a trace had before.",
        List.of(
            "ok",
            "cancelled",
            "unknown_error",
            "invalid_argument",
            "deadline_exceeded",
            "not_found",
            "already_exists",
            "permission_denied",
            "resource_exhausted",
            "failed_precondition",
            "aborted",
            "out_of_range",
            "unimplemented",
            "internal_error",
            "unavailable",
            "data_loss",
            "unauthenticated"));
  }

  private static LibraryModule status() {
    return new LibraryModule(
        "cncf::otel::trace::status",
        "The status of a trace.",
        List.of(
            Function.pure("ok", 0, "Returns the status of success.", _ -> status(1, 0, "Ok")),
            Function.pure(
                "error",
                1,
                "Returns the status of an error with a message.",
                arguments -> status(2, 2, arguments.string(0)))));
  }

  private static Value status(long code, long deprecated, String message) {
    return RecordValue.builder()
        .put("code", Value.of(code))
        .put("deprecated_code", Value.of(deprecated))
        .put("message", Value.of(message))
        .build();
  }

  /** A module of names that stand for 0, 1, 2 and so on. */
  private static LibraryModule constants(String path, String documentation, List<String> names) {
    Map<String, Value> constants = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      constants.put(names.get(i), Value.of(i));
    }
    return new LibraryModule(path, documentation, List.of(), withUpperCase(constants));
  }

  private static Map<String, Value> withUpperCase(Map<String, Value> constants) {
    Map<String, Value> both = new LinkedHashMap<>(constants);
    constants.forEach((name, value) -> both.put(name.toUpperCase(Locale.ROOT), value));
    return both;
  }
}
