package io.holdfast.engine;

import io.holdfast.engine.ipc.MalformedIpcException;
import io.holdfast.engine.ipc.PayloadReader;
import io.holdfast.engine.ipc.SchemaCheck;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Arrow IPC streams, one or several behind each other, as bundles: each record batch is one,
 * in slot 0, with the dictionaries that hold where it stands. The fingerprint is the SHA-256 of the
 * schema's IPC message as Arrow Java writes it, so that equal schemas of different writers have the
 * same.
 *
 * <p>Needs no JVM flag, unlike Arrow's own reader. One thread. The input stays the caller's.
 */
public final class BatchStreamReader implements AutoCloseable {
  private static final int CONTINUATION = -1;
  private static final int PREFIX_BYTES = 8;
  private static final int ALIGNMENT = 8;
  private static final byte[] FILE_MAGIC = {'A', 'R', 'R', 'O'};

  private final InputStream input;
  private final String name;
  private final long limit;
  private final BufferPool pool = new BufferPool();
  private final BufferAllocator allocator = new RootAllocator();

  /** Of the current stream; null between two. */
  private byte @Nullable [] schema;

  private SchemaFingerprint fingerprint = SchemaFingerprint.ofName("");
  private final Map<Long, byte[]> dictionaries = new LinkedHashMap<>();
  private @Nullable PayloadReader current;
  private long offset;
  private long messageAt;

  /**
   * A reader.
   *
   * @param name what to call the input in messages
   * @param limit the largest message, in bytes: input that is none must not fill the memory
   */
  public BatchStreamReader(InputStream input, String name, long limit) {
    this.input = input;
    this.name = name;
    this.limit = Math.min(limit, Integer.MAX_VALUE / 4);
  }

  /**
   * The next record batch as a bundle, or null at the end of the input. It is valid until the next
   * call and until {@link #close}.
   *
   * @throws CorruptException when the input is no such stream, is cut off, or has what is not
   *     supported: compressed batches, delta dictionaries, big-endian data
   * @throws IOException when the input cannot be read
   */
  public @Nullable RecordBundle next() throws IOException {
    release();
    while (true) {
      messageAt = offset;
      int length = head();
      if (length < 0) {
        return null;
      }
      if (length == 0) {
        schema = null;
        continue;
      }
      ByteBuffer metadata =
          ByteBuffer.wrap(bytes(length, "its head")).order(ByteOrder.LITTLE_ENDIAN);
      Message message;
      long body;
      byte type;
      try {
        message = Message.getRootAsMessage(metadata);
        body = message.bodyLength();
        type = message.headerType();
      } catch (RuntimeException damaged) {
        throw corrupt("these bytes are no Arrow IPC message");
      }
      byte[] framed = frame(metadata.array(), body);
      RecordBundle found = take(message, type, framed);
      if (found != null) {
        return found;
      }
    }
  }

  /** The length of the next message's metadata; 0 at the end of a stream, -1 at that of all. */
  private int head() throws IOException {
    byte[] first = input.readNBytes(4);
    offset += first.length;
    if (first.length == 0) {
      return -1;
    }
    if (Arrays.equals(first, FILE_MAGIC)) {
      throw corrupt("this is an Arrow IPC file, and a stream is wanted: write it as a stream");
    }
    int length = little(first);
    if (length == CONTINUATION) {
      length = little(bytes(4, "its length"));
    }
    if (length < 0 || length > limit) {
      throw corrupt("these bytes are no Arrow IPC stream");
    }
    return length;
  }

  private int little(byte[] bytes) {
    if (bytes.length < 4) {
      throw corrupt("the input is cut off");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private byte[] bytes(int length, String what) throws IOException {
    byte[] bytes = input.readNBytes(length);
    offset += bytes.length;
    if (bytes.length < length) {
      throw corrupt("the input is cut off inside a message: " + what + " ends too early");
    }
    return bytes;
  }

  /** A message with the prefix that all have today, and its body. */
  private byte[] frame(byte[] metadata, long body) throws IOException {
    if (body < 0 || body > limit) {
      throw corrupt("a message of " + body + " bytes is larger than what fits (" + limit + ")");
    }
    int padded = (metadata.length + ALIGNMENT - 1) & -ALIGNMENT;
    // First what is there: a length alone must not take the memory.
    byte[] content = bytes((int) body, "its body");
    ByteBuffer framed =
        ByteBuffer.allocate(Math.addExact(PREFIX_BYTES + padded, content.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    framed.putInt(CONTINUATION).putInt(padded).put(metadata).position(PREFIX_BYTES + padded);
    return framed.put(content).array();
  }

  /** Null when the message is no record batch. */
  private @Nullable RecordBundle take(Message message, byte type, byte[] framed)
      throws IOException {
    try {
      if (type == MessageHeader.RecordBatch) {
        RecordBatch head = (RecordBatch) message.header(new RecordBatch());
        refuse(head != null && head.compression() != null, "a compressed record batch");
        return bundle(framed);
      }
      if (type == MessageHeader.Schema) {
        takeSchema(message, framed);
      } else if (type == MessageHeader.DictionaryBatch) {
        takeDictionary(message, framed);
      } else {
        throw corrupt("a message of type " + type + " is not supported");
      }
      return null;
    } catch (CorruptException e) {
      throw e;
    } catch (MalformedIpcException | RuntimeException damaged) {
      throw corrupt("these bytes are no Arrow IPC message");
    }
  }

  private void takeSchema(Message message, byte[] framed) throws IOException {
    SchemaCheck.check(message, framed.length);
    Schema head = (Schema) message.header(new Schema());
    refuse(head != null && head.endianness() != Endianness.Little, "big-endian data");
    schema = framed;
    dictionaries.clear();
    fingerprint =
        SchemaFingerprint.ofBytes(
            MessageSerializer.serializeMetadata(
                MessageSerializer.deserializeSchema(message), IpcOption.DEFAULT));
  }

  private void takeDictionary(Message message, byte[] framed) {
    DictionaryBatch head = (DictionaryBatch) message.header(new DictionaryBatch());
    if (head == null) {
      throw corrupt("a dictionary without a head");
    }
    refuse(head.isDelta(), "a delta dictionary");
    refuse(head.data().compression() != null, "a compressed dictionary");
    dictionaries.put(head.id(), framed);
  }

  private void refuse(boolean is, String what) {
    if (is) {
      throw corrupt(what + " is not supported: write the stream without");
    }
  }

  private RecordBundle bundle(byte[] batch) {
    byte[] head = schema;
    if (head == null) {
      throw corrupt("a record batch without a schema before it");
    }
    int size = head.length + batch.length;
    for (byte[] dictionary : dictionaries.values()) {
      size = Math.addExact(size, dictionary.length);
    }
    PooledBuffer memory = pool.take(size);
    try {
      ByteBuffer target = memory.buffer();
      target.put(head);
      dictionaries.values().forEach(target::put);
      target.put(batch);
      PayloadReader reader = PayloadReader.read(memory, 0, size, allocator);
      current = reader;
      return RecordBundle.builder()
          .slot(0, fingerprint, reader.root(), reader.dictionaries())
          .build();
    } catch (IOException malformed) {
      throw corrupt("a record batch does not fit its schema and dictionaries");
    } finally {
      memory.release();
    }
  }

  private CorruptException corrupt(String why) {
    return new CorruptException(name + ": at byte " + messageAt + ": " + why, name, messageAt);
  }

  private void release() {
    PayloadReader reader = current;
    if (reader != null) {
      current = null;
      reader.close();
    }
  }

  /** Frees the memory. */
  @Override
  public void close() {
    release();
    allocator.close();
  }
}
