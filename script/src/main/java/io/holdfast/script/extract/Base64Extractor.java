package io.holdfast.script.extract;

import io.holdfast.script.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** {@code base64||}: the string that is written in base64. */
final class Base64Extractor {
  private Base64Extractor() {}

  /** Whether the bytes are UTF-8 matters only to who takes them. */
  static Extractor of(boolean bound) {
    return (text, _) -> {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
        if (!bound) {
          return Value.TRUE;
        }
        return Value.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
      } catch (IllegalArgumentException | CharacterCodingException e) {
        return null;
      }
    };
  }
}
