package io.holdfast.engine.ipc;

import io.holdfast.engine.memory.PooledBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * A record batch over the bytes of a payload, in place: its vectors lie in the pooled memory, which
 * is kept until {@link #close}. One thread while it is made and closed.
 */
public final class PayloadReader implements AutoCloseable {
  private static final int CONTINUATION = -1;

  private final BufferAllocator allocator;
  private final Map<Long, Dictionary> dictionaries = new HashMap<>();
  private @Nullable VectorSchemaRoot root;

  private PayloadReader(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Reads the payload of {@code length} bytes at {@code offset}.
   *
   * @throws MalformedIpcException when it is no stream of one record batch
   */
  public static PayloadReader read(
      PooledBuffer memory, int offset, int length, BufferAllocator allocator)
      throws MalformedIpcException {
    PayloadReader reader = new PayloadReader(allocator);
    memory.retain();
    ArrowBuf whole =
        allocator.wrapForeignAllocation(
            new ForeignAllocation(length, memory.address() + offset) {
              @Override
              protected void release0() {
                memory.release();
              }
            });
    boolean read = false;
    try {
      reader.read(memory.buffer().slice(offset, length), whole);
      read = true;
      return reader;
    } catch (IOException | RuntimeException failure) {
      // Arrow and flatbuffers answer damaged bytes with whatever exception comes first.
      throw new MalformedIpcException("not an Arrow IPC stream of one record batch", failure);
    } finally {
      if (read) {
        whole.getReferenceManager().release();
      } else {
        reader.close();
        // What Arrow has taken before it gave up in the middle, nobody knows of.
        whole.getReferenceManager().release(whole.refCnt());
      }
    }
  }

  private void read(ByteBuffer payload, ArrowBuf whole) throws IOException {
    payload.order(ByteOrder.LITTLE_ENDIAN);
    boolean batchSeen = false;
    while (payload.remaining() >= 4) {
      int head = payload.getInt();
      if (head == CONTINUATION) {
        head = payload.getInt();
      }
      if (head == 0) {
        break;
      }
      if (head < 0 || head > payload.remaining()) {
        throw new MalformedIpcException("message head of " + head + " bytes");
      }
      ByteBuffer metadata = payload.slice(payload.position(), head).order(ByteOrder.LITTLE_ENDIAN);
      payload.position(payload.position() + head);
      Message message = Message.getRootAsMessage(metadata);
      long bodyLength = message.bodyLength();
      if (bodyLength < 0 || bodyLength > payload.remaining()) {
        throw new MalformedIpcException("message body of " + bodyLength + " bytes");
      }
      int bodyStart = payload.position();
      payload.position(bodyStart + (int) bodyLength);
      switch (message.headerType()) {
        case MessageHeader.Schema -> {
          SchemaCheck.check(message, head);
          makeRoot(MessageSerializer.deserializeSchema(message));
        }
        case MessageHeader.DictionaryBatch ->
            loadDictionary(
                decoded(
                    whole.slice(bodyStart, bodyLength),
                    body -> MessageSerializer.deserializeDictionaryBatch(message, body)));
        case MessageHeader.RecordBatch -> {
          if (batchSeen) {
            throw new MalformedIpcException("more than one record batch");
          }
          batchSeen = true;
          try (ArrowRecordBatch batch =
              decoded(
                  whole.slice(bodyStart, bodyLength),
                  body -> MessageSerializer.deserializeRecordBatch(message, body))) {
            ColumnCheck.check(batch, root().getFieldVectors());
            new VectorLoader(root()).load(batch);
          }
        }
        default -> throw new MalformedIpcException("message of type " + message.headerType());
      }
    }
    if (!batchSeen) {
      throw new MalformedIpcException("no record batch");
    }
  }

  private interface Decoder<T> {
    T decode(ArrowBuf body) throws IOException;
  }

  /**
   * Arrow releases a body that it has decoded. Where it fails it has released it or not; then one
   * reference too many goes with all others.
   */
  private static <T> T decoded(ArrowBuf body, Decoder<T> decoder) throws IOException {
    body.getReferenceManager().retain();
    return decoder.decode(body);
  }

  private void makeRoot(Schema schema) throws MalformedIpcException {
    if (root != null) {
      throw new MalformedIpcException("more than one schema");
    }
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.getFields()) {
      fields.add(DictionaryUtility.toMemoryFormat(field, allocator, dictionaries));
    }
    root = VectorSchemaRoot.create(new Schema(fields, schema.getCustomMetadata()), allocator);
  }

  private void loadDictionary(ArrowDictionaryBatch batch) throws MalformedIpcException {
    try (batch) {
      Dictionary dictionary = dictionaries.get(batch.getDictionaryId());
      if (dictionary == null) {
        throw new MalformedIpcException(
            "dictionary " + batch.getDictionaryId() + ", which no field names");
      }
      FieldVector vector = dictionary.getVector();
      VectorSchemaRoot values =
          new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), 0);
      ColumnCheck.check(batch.getDictionary(), values.getFieldVectors());
      new VectorLoader(values).load(batch.getDictionary());
    }
  }

  /** The rows. */
  public VectorSchemaRoot root() throws MalformedIpcException {
    if (root == null) {
      throw new MalformedIpcException("no schema");
    }
    return root;
  }

  /** The dictionaries that the rows use. */
  public DictionaryProvider dictionaries() {
    return new DictionaryProvider.MapDictionaryProvider(
        dictionaries.values().toArray(Dictionary[]::new));
  }

  /** Lets go of the memory. */
  @Override
  public void close() {
    if (root != null) {
      root.close();
    }
    for (Dictionary dictionary : dictionaries.values()) {
      dictionary.getVector().close();
    }
  }
}
