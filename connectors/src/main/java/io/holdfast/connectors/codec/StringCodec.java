package io.holdfast.connectors.codec;

import io.holdfast.script.Value;

/** Text in UTF-8. A string is written as it is, any other value as its JSON. */
final class StringCodec implements Codec {
  @Override
  public String name() {
    return "string";
  }

  @Override
  public byte[] encode(Value value) {
    return switch (value) {
      case Value.Text(String text) -> Utf8.bytes(text);
      case Value.Bytes bytes -> bytes.toByteArray();
      default -> Codecs.JSON.encode(value);
    };
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    return Value.of(Utf8.text(bytes));
  }
}
