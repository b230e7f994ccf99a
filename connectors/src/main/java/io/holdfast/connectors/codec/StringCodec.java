package io.holdfast.connectors.codec;

import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import io.holdfast.script.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text in UTF-8. A string is written as it is, any other value as its JSON. */
final class StringCodec implements Codec {
  @Override
  public String name() {
    return "string";
  }

  @Override
  public byte[] encode(Value value) {
    return switch (value) {
      case Value.Text(String text) -> text.getBytes(StandardCharsets.UTF_8);
      case Value.Bytes bytes -> bytes.toByteArray();
      default -> {
        try {
          yield Json.writeBytes(value);
        } catch (JsonException e) {
          throw new CodecException("cannot be written as a string: " + e.getMessage());
        }
      }
    };
  }

  @Override
  public Value decode(byte[] bytes) {
    try {
      return Value.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new CodecException("no UTF-8");
    }
  }
}
