package io.holdfast.connectors.codec;

import io.holdfast.script.Value;

/** Nothing: all that is read is null, and what is written is empty. */
final class NullCodec implements Codec {
  private static final byte[] EMPTY = {};

  @Override
  public String name() {
    return "null";
  }

  @Override
  public byte[] encode(Value value) {
    return EMPTY;
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    return Value.NULL;
  }
}
