package io.holdfast.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** 32 bytes by which the host names a schema. The engine only stores and compares them. */
public final class SchemaFingerprint {
  /** Length in bytes. */
  public static final int BYTES = 32;

  private final byte[] bytes;

  private SchemaFingerprint(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A copy of these bytes.
   *
   * @throws IllegalArgumentException when they are not 32
   */
  public static SchemaFingerprint of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a schema fingerprint has " + BYTES + " bytes, not " + bytes.length);
    }
    return new SchemaFingerprint(bytes.clone());
  }

  /** The SHA-256 of a name that stands for the schema. */
  public static SchemaFingerprint ofName(String name) {
    return ofBytes(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
  }

  /** The SHA-256 of bytes that stand for the schema, from position to limit. */
  static SchemaFingerprint ofBytes(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.duplicate());
      return new SchemaFingerprint(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SchemaFingerprint that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** 64 hexadecimal digits, in lower case. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
