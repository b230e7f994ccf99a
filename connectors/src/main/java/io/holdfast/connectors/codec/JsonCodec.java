package io.holdfast.connectors.codec;

import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import io.holdfast.script.Value;

/** One JSON text in UTF-8. */
final class JsonCodec implements Codec {
  @Override
  public String name() {
    return "json";
  }

  @Override
  public byte[] encode(Value value) {
    try {
      return Json.writeBytes(value);
    } catch (JsonException e) {
      throw new CodecException("no JSON: " + e.getMessage());
    }
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    try {
      return Json.parse(bytes);
    } catch (JsonException e) {
      throw new CodecException("no JSON: " + e.getMessage(), e.reason(), Math.max(0, e.offset()));
    }
  }
}
