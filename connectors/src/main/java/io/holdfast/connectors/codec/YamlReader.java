package io.holdfast.connectors.codec;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads one YAML document. For one document. */
final class YamlReader {
  /** The library goes down the stack with flow collections, and so does this. */
  private static final int MAX_DEPTH = 128;

  private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

  private final String text;
  private final ParserImpl parser;
  private final Map<Anchor, Part> anchors = new HashMap<>();

  /** The greatest depth so far in the collection that is being read. */
  private int deepest;

  /** What has an anchor, and how deep it is nested in itself. */
  private record Part(Value value, int height) {}

  YamlReader(String text) {
    this.text = text;
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    this.parser = new ParserImpl(settings, new StreamReader(settings, text));
  }

  Value read() {
    try {
      parser.next();
      if (parser.checkEvent(Event.ID.StreamEnd)) {
        throw bad("there is no document");
      }
      parser.next();
      Value value = value(parser.next(), 0);
      parser.next();
      if (!parser.checkEvent(Event.ID.StreamEnd)) {
        throw bad("a second document begins");
      }
      return value;
    } catch (MarkedYamlEngineException e) {
      int offset = e.getProblemMark().map(mark -> bytes(text, mark.getIndex())).orElse(0);
      throw bad(String.valueOf(e.getProblem()), offset);
    } catch (YamlEngineException e) {
      throw bad(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      // The library does not expect an escape without digits, or of no code point.
      throw bad("an escape stands for no character");
    }
  }

  /** The offset in bytes of a place in code points. */
  private static int bytes(String text, int codePoints) {
    int count = Math.min(codePoints, text.codePointCount(0, text.length()));
    return Utf8.bytes(text.substring(0, text.offsetByCodePoints(0, count))).length;
  }

  private static CodecException bad(String reason) {
    return bad(reason, 0);
  }

  private static CodecException bad(String reason, int offset) {
    return new CodecException("no YAML: " + reason, offset);
  }

  private Value value(Event event, int depth) {
    reach(depth);
    return switch (event) {
      case AliasEvent alias -> {
        // Values are immutable, so a part that is named often takes no room.
        Part named = anchors.get(alias.getAlias());
        if (named == null) {
          throw bad("the alias " + alias.getAlias() + " names nothing before it");
        }
        // What is written has no aliases, and must be read again.
        reach(depth + named.height());
        yield named.value();
      }
      case ScalarEvent scalar -> anchored(scalar.getAnchor(), scalar(scalar), 0);
      case CollectionStartEvent start -> {
        boolean isMapping = start.getEventId() == Event.ID.MappingStart;
        String expected = (isMapping ? Tag.MAP : Tag.SEQ).getValue();
        start.getTag().ifPresent(tag -> check(tag, expected));
        int before = deepest;
        deepest = depth;
        Value collection = isMapping ? fields(depth) : elements(depth);
        int height = deepest - depth;
        deepest = Math.max(before, deepest);
        yield anchored(start.getAnchor(), collection, height);
      }
      default -> throw bad("unexpected " + event.getEventId());
    };
  }

  private void reach(int depth) {
    if (depth > MAX_DEPTH) {
      throw bad("it is nested deeper than " + MAX_DEPTH);
    }
    deepest = Math.max(deepest, depth);
  }

  private static void check(String tag, String expected) {
    if (!tag.equals(expected) && !tag.equals("!")) {
      throw bad("the tag " + tag + " means nothing here");
    }
  }

  private Value anchored(Optional<Anchor> anchor, Value value, int height) {
    anchor.ifPresent(name -> anchors.put(name, new Part(value, height)));
    return value;
  }

  private Value elements(int depth) {
    List<Value> elements = new ArrayList<>();
    for (Event next = parser.next();
        next.getEventId() != Event.ID.SequenceEnd;
        next = parser.next()) {
      elements.add(value(next, depth + 1));
    }
    return ArrayValue.of(elements);
  }

  private Value fields(int depth) {
    RecordValue.Builder fields = RecordValue.builder();
    for (Event next = parser.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = parser.next()) {
      if (!(next instanceof ScalarEvent key)) {
        throw bad("a key is no string");
      }
      Value.Text name = string(key.getValue());
      anchored(key.getAnchor(), name, 0);
      fields.put(name.value(), value(parser.next(), depth + 1));
    }
    return fields.build();
  }

  private static Value scalar(ScalarEvent scalar) {
    String text = scalar.getValue();
    String written = scalar.getTag().orElse(null);
    if (written == null && !scalar.isPlain()) {
      return string(text);
    }
    Tag plain = RESOLVER.resolve(text, true);
    if (written == null || written.equals(plain.getValue())) {
      return scalar(plain, text);
    }
    if (written.equals(Tag.FLOAT.getValue()) && plain.equals(Tag.INT)) {
      return Value.of(finite(text));
    }
    check(written, Tag.STR.getValue());
    return string(text);
  }

  private static Value.Text string(String text) {
    if (!Utf8.isText(text)) {
      throw bad("a string has an escape of half a surrogate pair");
    }
    return Value.of(text);
  }

  private static Value scalar(Tag tag, String text) {
    if (tag.equals(Tag.NULL)) {
      return Value.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      return Value.of(Boolean.parseBoolean(text));
    }
    if (tag.equals(Tag.INT)) {
      return integer(text);
    }
    return tag.equals(Tag.FLOAT) ? Value.of(real(text)) : string(text);
  }

  private static Value integer(String text) {
    int radix = text.startsWith("0x") ? 16 : text.startsWith("0o") ? 8 : 10;
    String digits = radix == 10 ? text : text.substring(2);
    try {
      return digits.startsWith("-")
          ? Value.of(Long.parseLong(digits))
          : Value.ofUnsigned(Long.parseUnsignedLong(digits, radix));
    } catch (NumberFormatException e) {
      throw bad("the integer does not fit into 64 bits");
    }
  }

  private static double real(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".inf")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return lower.equals(".nan") ? Double.NaN : finite(lower);
  }

  private static double finite(String text) {
    double real = Double.parseDouble(text);
    if (Double.isInfinite(real)) {
      throw bad("the number does not fit into a 64-bit float");
    }
    return real;
  }
}
