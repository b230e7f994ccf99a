package io.holdfast.engine.ipc;

import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Whether a schema message says no more than its bytes hold. In a flatbuffer several fields may
 * point at one place, also back at themselves: a few bytes can then stand for millions of columns,
 * or for columns without end.
 */
public final class SchemaCheck {
  /** More than anybody nests, and far from the end of a thread's stack. */
  private static final int MAX_DEPTH = 64;

  private static final String TOO_DEEP = "columns that are nested more than " + MAX_DEPTH + " deep";

  /** What a field takes at least. */
  private static final int FIELD_BYTES = 8;

  private int fieldsLeft;
  private long textLeft;

  private SchemaCheck(int bytes) {
    this.fieldsLeft = bytes / FIELD_BYTES;
    this.textLeft = bytes;
  }

  /**
   * Checks what is to be stored: nobody would read it.
   *
   * @throws IllegalArgumentException when columns are nested too deep
   */
  static void checkDepth(org.apache.arrow.vector.types.pojo.Schema schema) {
    schema.getFields().forEach(field -> checkDepth(field, 0));
  }

  private static void checkDepth(org.apache.arrow.vector.types.pojo.Field field, int depth) {
    if (depth >= MAX_DEPTH) {
      throw new IllegalArgumentException(TOO_DEEP);
    }
    field.getChildren().forEach(child -> checkDepth(child, depth + 1));
  }

  /**
   * Checks the schema of a message.
   *
   * @param bytes the length of the message's metadata
   * @throws MalformedIpcException when it unfolds to more
   */
  public static void check(Message message, int bytes) throws MalformedIpcException {
    Schema schema = (Schema) message.header(new Schema());
    if (schema == null) {
      throw new MalformedIpcException("a schema message without a schema");
    }
    SchemaCheck check = new SchemaCheck(bytes);
    for (int i = 0; i < schema.customMetadataLength(); i++) {
      check.metadata(schema.customMetadata(i));
    }
    for (int i = 0; i < schema.fieldsLength(); i++) {
      check.field(schema.fields(i), 0);
    }
  }

  private void field(Field field, int depth) throws MalformedIpcException {
    if (depth >= MAX_DEPTH) {
      throw new MalformedIpcException(TOO_DEEP);
    }
    if (--fieldsLeft < 0) {
      throw more();
    }
    text(field.nameAsByteBuffer());
    for (int i = 0; i < field.customMetadataLength(); i++) {
      metadata(field.customMetadata(i));
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      field(field.children(i), depth + 1);
    }
  }

  private void metadata(KeyValue entry) throws MalformedIpcException {
    textLeft -= Integer.BYTES;
    text(entry.keyAsByteBuffer());
    text(entry.valueAsByteBuffer());
  }

  private void text(@Nullable ByteBuffer bytes) throws MalformedIpcException {
    textLeft -= bytes == null ? 0 : bytes.remaining();
    if (textLeft < 0) {
      throw more();
    }
  }

  private static MalformedIpcException more() {
    return new MalformedIpcException("a schema of more than its bytes");
  }
}
