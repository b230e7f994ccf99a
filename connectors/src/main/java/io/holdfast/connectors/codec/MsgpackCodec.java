package io.holdfast.connectors.codec;

import io.holdfast.script.Value;

/** One value of MessagePack. */
final class MsgpackCodec implements Codec {
  @Override
  public String name() {
    return "msgpack";
  }

  @Override
  public byte[] encode(Value value) {
    return new MsgpackWriter().write(value);
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    return new MsgpackReader(bytes).read();
  }
}
