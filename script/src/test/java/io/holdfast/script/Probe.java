package io.holdfast.script;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A small program with the answers that the reference implementation gave.
 *
 * @param name its name
 * @param query whether it is a query, else a script
 * @param program the source
 * @param input one JSON text per event
 * @param out what was emitted
 * @param fails "load" or "run", or null
 * @param at line and column of the failure, or null where the reference gives none
 * @param warns whether it loads with a warning
 */
record Probe(
    String name,
    boolean query,
    String program,
    List<String> input,
    List<Emission> out,
    @Nullable String fails,
    @Nullable String at,
    boolean warns) {

  static List<Probe> all() {
    try (InputStream in = Objects.requireNonNull(Probe.class.getResourceAsStream("probes.jsonl"))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank()).map(Probe::of).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The same with events that are not plain: white space around them, and an escape in each key.
   */
  Probe readAsAWhole() {
    List<String> escaped =
        input.stream().map(text -> " " + text.replaceFirst("\\{\"a\"", "{\"\\\\u0061\"")).toList();
    return new Probe(name, query, program, escaped, out, fails, at, warns);
  }

  private static Probe of(String line) {
    // The answers hold numbers that JSON does not have; this one reads as the largest float.
    RecordValue fields =
        (RecordValue) Json.parse(line.replace("Infinity", "1.7976931348623157e308"));
    List<String> input = new ArrayList<>();
    for (Value text : array(fields, "input")) {
      input.add(string(text));
    }
    ArrayValue metas = array(fields, "meta");
    List<Emission> out = new ArrayList<>();
    for (Value each : array(fields, "out")) {
      ArrayValue pair = (ArrayValue) each;
      RecordValue meta =
          out.size() < metas.size() ? (RecordValue) metas.get(out.size()) : RecordValue.empty();
      out.add(new Emission(string(pair.get(0)), infinite(pair.get(1)), meta));
    }
    Value fails = fields.get("fails");
    Value at = fields.get("at");
    boolean hasPlace = at instanceof Value.Text text && !text.value().equals("0:0");
    return new Probe(
        string(Objects.requireNonNull(fields.get("name"))),
        Objects.equals(fields.get("kind"), Value.of("trickle")),
        string(Objects.requireNonNull(fields.get("program"))),
        input,
        out,
        fails == null ? null : string(fails),
        hasPlace && at != null ? string(at) : null,
        fields.has("warns"));
  }

  private static Value infinite(Value value) {
    return value.equals(Value.of(Double.MAX_VALUE)) ? Value.of(Double.POSITIVE_INFINITY) : value;
  }

  private static ArrayValue array(RecordValue fields, String key) {
    return fields.get(key) instanceof ArrayValue array ? array : ArrayValue.EMPTY;
  }

  private static String string(Value value) {
    return ((Value.Text) value).value();
  }
}
