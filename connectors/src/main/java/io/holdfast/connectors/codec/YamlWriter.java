package io.holdfast.connectors.codec;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Json;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.emitter.Emitter;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/** Writes one YAML document on one line. Strings have quotes, so that none is read as another. */
final class YamlWriter implements StreamDataWriter {
  /** A value may name one part many times, and say so in little memory. */
  private static final int MAX_CHARS = 1 << 27;

  private static final DumpSettings SETTINGS =
      DumpSettings.builder().setWidth(Integer.MAX_VALUE).setSplitLines(false).build();

  private final StringBuilder text = new StringBuilder();
  private final Emitter emitter = new Emitter(SETTINGS, this);

  byte[] write(Value value) {
    emitter.emit(new StreamStartEvent());
    emitter.emit(new DocumentStartEvent(false, Optional.empty(), Map.of()));
    write(value, 0);
    emitter.emit(new DocumentEndEvent(false));
    emitter.emit(new StreamEndEvent());
    return Utf8.bytes(text.toString().strip());
  }

  @Override
  public void write(String part) {
    write(part, 0, part.length());
  }

  @Override
  public void write(String part, int offset, int length) {
    if (text.length() + length > MAX_CHARS) {
      throw new CodecException("the YAML would have more than " + MAX_CHARS + " chars");
    }
    text.append(part, offset, offset + length);
  }

  private void write(Value value, int depth) {
    if (depth > Json.MAX_DEPTH) {
      throw new CodecException("the value is nested deeper than " + Json.MAX_DEPTH);
    }
    switch (value) {
      case Value.Text(String string) -> emitter.emit(quoted(string));
      case Value.Bytes bytes ->
          emitter.emit(quoted(Base64.getEncoder().encodeToString(bytes.toByteArray())));
      case Value.Real(double real) -> emitter.emit(plain(text(real)));
      case Value.Null _, Value.Bool _, Value.Int _, Value.Unsigned _ ->
          emitter.emit(plain(value.toString()));
      case ArrayValue array -> {
        emitter.emit(
            new SequenceStartEvent(Optional.empty(), Optional.empty(), true, FlowStyle.FLOW));
        for (int i = 0; i < array.size(); i++) {
          write(array.get(i), depth + 1);
        }
        emitter.emit(new SequenceEndEvent());
      }
      case RecordValue fields -> {
        emitter.emit(
            new MappingStartEvent(Optional.empty(), Optional.empty(), true, FlowStyle.FLOW));
        fields.forEach(
            (key, field) -> {
              emitter.emit(quoted(key));
              write(field, depth + 1);
            });
        emitter.emit(new MappingEndEvent());
      }
    }
  }

  private static String text(double real) {
    if (Double.isNaN(real)) {
      return ".nan";
    }
    return Double.isInfinite(real) ? (real < 0 ? "-.inf" : ".inf") : Value.of(real).toString();
  }

  private static Event plain(String text) {
    return scalar(text, new ImplicitTuple(true, false), ScalarStyle.PLAIN);
  }

  private static Event quoted(String text) {
    return scalar(text, new ImplicitTuple(false, true), ScalarStyle.DOUBLE_QUOTED);
  }

  private static Event scalar(String text, ImplicitTuple implicit, ScalarStyle style) {
    return new ScalarEvent(Optional.empty(), Optional.empty(), implicit, text, style);
  }
}
