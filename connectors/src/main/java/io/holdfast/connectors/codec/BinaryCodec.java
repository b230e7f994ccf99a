package io.holdfast.connectors.codec;

import io.holdfast.script.Value;

/** Bytes as they are. A string is written in UTF-8, any other value as its JSON. */
final class BinaryCodec implements Codec {
  @Override
  public String name() {
    return "binary";
  }

  @Override
  public byte[] encode(Value value) {
    return Codecs.STRING.encode(value);
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    return new Value.Bytes(bytes);
  }
}
