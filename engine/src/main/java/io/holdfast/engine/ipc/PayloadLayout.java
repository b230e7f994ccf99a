package io.holdfast.engine.ipc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages of a payload lie. An IPC stream and an IPC file hold the same messages, so
 * these can be copied from one to the other without being decoded.
 *
 * @param schema the first message
 * @param dictionaries those between the schema and the batch
 * @param batch the record batch
 */
public record PayloadLayout(Part schema, List<Part> dictionaries, Part batch) {
  /**
   * A message with its prefix.
   *
   * @param offset from the start of the payload
   * @param metadataLength prefix and metadata, in bytes
   * @param bodyLength in bytes
   */
  public record Part(int offset, int metadataLength, int bodyLength) {
    /** Behind its last byte. */
    public int end() {
      return offset + length();
    }

    /** All its bytes. */
    public int length() {
      return metadataLength + bodyLength;
    }
  }

  private static final int CONTINUATION = -1;
  private static final int PREFIX_BYTES = 8;
  private static final int ALIGNMENT = 8;

  /**
   * Finds the messages.
   *
   * @throws MalformedIpcException when the bytes are no stream of a schema, dictionaries and one
   *     record batch, each of a multiple of 8 bytes
   */
  public static PayloadLayout of(ByteBuffer payload) throws MalformedIpcException {
    ByteBuffer bytes = payload.slice().order(ByteOrder.LITTLE_ENDIAN);
    Part schema = null;
    List<Part> dictionaries = new ArrayList<>();
    int at = 0;
    while (at + PREFIX_BYTES <= bytes.limit() && bytes.getInt(at) == CONTINUATION) {
      int metadata = bytes.getInt(at + 4);
      if (metadata <= 0 || metadata > bytes.limit() - at - PREFIX_BYTES) {
        break;
      }
      Message message = message(bytes.slice(at + PREFIX_BYTES, metadata));
      long body = message == null ? -1 : message.bodyLength();
      if (message == null
          || body < 0
          || body > bytes.limit() - at - PREFIX_BYTES - metadata
          || metadata % ALIGNMENT != 0
          || body % ALIGNMENT != 0) {
        break;
      }
      Part part = new Part(at, PREFIX_BYTES + metadata, (int) body);
      at = part.end();
      if (schema == null) {
        if (message.headerType() != MessageHeader.Schema) {
          break;
        }
        schema = part;
      } else if (message.headerType() == MessageHeader.DictionaryBatch) {
        dictionaries.add(part);
      } else if (message.headerType() == MessageHeader.RecordBatch && isEnd(bytes, at)) {
        return new PayloadLayout(schema, List.copyOf(dictionaries), part);
      } else {
        break;
      }
    }
    throw new MalformedIpcException("not an Arrow IPC stream of one record batch");
  }

  private static boolean isEnd(ByteBuffer bytes, int at) {
    return at == bytes.limit()
        || (at + PREFIX_BYTES == bytes.limit()
            && bytes.getInt(at) == CONTINUATION
            && bytes.getInt(at + 4) == 0);
  }

  /** Damaged flatbuffers answer with whatever exception comes first. */
  private static @Nullable Message message(ByteBuffer metadata) {
    try {
      Message message = Message.getRootAsMessage(metadata.order(ByteOrder.LITTLE_ENDIAN));
      // What it answers once it answers again.
      message.headerType();
      message.bodyLength();
      return message;
    } catch (RuntimeException damaged) {
      return null;
    }
  }

  /** The bytes before the batch: what a stream of a segment starts with. */
  public int headLength() {
    return batch.offset();
  }
}
