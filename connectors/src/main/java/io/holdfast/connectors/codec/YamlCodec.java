package io.holdfast.connectors.codec;

import io.holdfast.script.Value;

/** One document of YAML 1.2; written on one line, so that it can be one of many lines. */
final class YamlCodec implements Codec {
  @Override
  public String name() {
    return "yaml";
  }

  @Override
  public byte[] encode(Value value) {
    return new YamlWriter().write(value);
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    return new YamlReader(Utf8.text(bytes)).read();
  }
}
