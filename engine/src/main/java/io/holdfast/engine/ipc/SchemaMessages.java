package io.holdfast.engine.ipc;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * The messages of schemas that were written before. A producer writes the same few over and over,
 * and to make a message costs as much as to write a small batch. Thread-safe.
 */
public final class SchemaMessages {
  private static final int PLACES = 64;

  /**
   * Schemas do not change, so the object stands for what it says.
   *
   * @param message null where dictionaries decide what it says
   */
  private record Known(Schema schema, @Nullable ByteBuffer message) {
    @SuppressWarnings("ReferenceEquality")
    boolean is(Schema other) {
      return schema == other;
    }
  }

  /** One for each hash; another schema with the same takes it over. */
  private final AtomicReferenceArray<@Nullable Known> known = new AtomicReferenceArray<>(PLACES);

  /**
   * The metadata of a schema's message, or null when fields of it are dictionary-encoded. Nobody
   * may move its position or limit.
   */
  @Nullable ByteBuffer of(Schema schema) {
    int place = System.identityHashCode(schema) & (PLACES - 1);
    Known found = known.get(place);
    if (found == null || !found.is(schema)) {
      SchemaCheck.checkDepth(schema);
      found = new Known(schema, isEncoded(schema) ? null : message(schema));
      known.set(place, found);
    }
    return found.message();
  }

  static ByteBuffer message(Schema schema) {
    return MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
  }

  private static boolean isEncoded(Schema schema) {
    for (Field field : schema.getFields()) {
      if (DictionaryUtility.needConvertToMessageFormat(field)) {
        return true;
      }
    }
    return false;
  }
}
