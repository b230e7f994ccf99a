package io.holdfast.connectors.codec;

import io.holdfast.script.Value;

/** Turns one value into bytes and back. Stateless and thread-safe. */
public interface Codec {
  /** Its name in a configuration. */
  String name();

  /**
   * The bytes of a value, without anything around them.
   *
   * @throws CodecException when it has no form in this codec
   */
  byte[] encode(Value value);

  /**
   * The value of bytes that hold exactly one.
   *
   * @param ingestNanos when they came, which is the time of what has one and does not say it
   * @throws CodecException when they are not in this codec's form
   */
  Value decode(byte[] bytes, long ingestNanos);
}
