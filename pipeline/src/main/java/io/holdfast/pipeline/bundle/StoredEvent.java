package io.holdfast.pipeline.bundle;

import io.holdfast.pipeline.Event;
import io.holdfast.script.ArrayValue;
import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An event in the form in which it is stored: its texts in UTF-8. Immutable; the arrays are shared
 * with whoever made it, and must not be changed.
 */
public final class StoredEvent {
  private final byte[] value;
  private final byte @Nullable [] meta;
  private final long ingestNanos;
  private final byte @Nullable [] origin;
  private final long id;

  private StoredEvent(
      byte[] value, byte @Nullable [] meta, long ingestNanos, byte @Nullable [] origin, long id) {
    this.value = value;
    this.meta = meta;
    this.ingestNanos = ingestNanos;
    this.origin = origin;
    this.id = id;
  }

  /**
   * Encodes an event.
   *
   * @throws IllegalArgumentException when its value or metadata has no form in JSON, and so would
   *     not come back: an infinity or a NaN, or nested too deeply
   */
  public static StoredEvent of(Event event) {
    RecordValue meta = event.meta();
    String origin = event.origin();
    return new StoredEvent(
        json(event.value()),
        meta.size() == 0 ? null : json(meta),
        event.ingestNanos(),
        origin == null ? null : origin.getBytes(StandardCharsets.UTF_8),
        event.id());
  }

  /**
   * An event of a JSON text, without metadata and origin.
   *
   * @param json valid JSON in UTF-8; taken over
   * @param ingestNanos when it came in, in nanoseconds since the epoch
   * @param id its number
   */
  public static StoredEvent ofJson(byte[] json, long ingestNanos, long id) {
    return new StoredEvent(json, null, ingestNanos, null, id);
  }

  static StoredEvent ofColumns(
      byte[] value, byte @Nullable [] meta, long ingestNanos, byte @Nullable [] origin, long id) {
    return new StoredEvent(value, meta, ingestNanos, origin, id);
  }

  private static byte[] json(Value value) {
    if (!isFinite(value)) {
      throw new IllegalArgumentException(
          "the event holds an infinity or a NaN, which JSON has no form for");
    }
    try {
      return Json.writeBytes(value);
    } catch (JsonException e) {
      throw new IllegalArgumentException("the event has no form in JSON: " + e.getMessage(), e);
    }
  }

  private static boolean isFinite(Value value) {
    return switch (value) {
      case Value.Real(double number) -> Double.isFinite(number);
      case ArrayValue array -> {
        boolean finite = true;
        for (Value element : array) {
          finite &= isFinite(element);
        }
        yield finite;
      }
      case RecordValue fields -> {
        boolean[] finite = {true};
        fields.forEach((key, field) -> finite[0] &= isFinite(field));
        yield finite[0];
      }
      default -> true;
    };
  }

  /**
   * Decodes the event.
   *
   * @throws JsonException when what is stored is no JSON
   */
  public Event toEvent() {
    byte[] metaJson = meta;
    RecordValue metaRecord = RecordValue.empty();
    if (metaJson != null && Json.parse(metaJson) instanceof RecordValue fields) {
      metaRecord = fields;
    }
    return new Event(Json.parse(value), metaRecord, ingestNanos, originText(), id);
  }

  /** The event with its text as a string, for one whose JSON cannot be read. */
  public Event toRawEvent() {
    return Event.of(Value.of(valueText()), ingestNanos, originText(), id);
  }

  /** The value's JSON text. */
  public String valueText() {
    return new String(value, StandardCharsets.UTF_8);
  }

  /** The value's JSON text in UTF-8; not to be changed. */
  public byte[] value() {
    return value;
  }

  /** The metadata's JSON text in UTF-8, null when there is none; not to be changed. */
  public byte @Nullable [] meta() {
    return meta;
  }

  /** When the event came in, in nanoseconds since the epoch. */
  public long ingestNanos() {
    return ingestNanos;
  }

  /** The origin in UTF-8, null when unknown; not to be changed. */
  public byte @Nullable [] origin() {
    return origin;
  }

  /** Its number at its origin. */
  public long id() {
    return id;
  }

  private @Nullable String originText() {
    byte[] text = origin;
    return text == null ? null : new String(text, StandardCharsets.UTF_8);
  }
}
