package io.holdfast.engine.ipc;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The frame of an Arrow IPC file: magic, messages, end marker, footer, length of the footer, magic.
 * Format: Apache Arrow, "IPC File Format".
 */
public final class IpcFile {
  /** What a file starts with. */
  public static final int HEAD_BYTES = 8;

  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL_BYTES = 4 + MAGIC.length;
  private static final byte[] END_OF_STREAM = {-1, -1, -1, -1, 0, 0, 0, 0};
  private static final int ALIGNMENT = 8;

  /** Ten million batches, more than which no stream has, take 24 bytes each. */
  private static final int MAX_FOOTER_BYTES = 256 << 20;

  private IpcFile() {}

  /**
   * Where a message lies in a file.
   *
   * @param offset from the file's start
   * @param metadataLength prefix and metadata, in bytes
   * @param bodyLength in bytes
   */
  public record Part(long offset, int metadataLength, long bodyLength) {
    private ArrowBlock block() {
      return new ArrowBlock(offset, metadataLength, bodyLength);
    }

    /** All its bytes. */
    public long length() {
      return metadataLength + bodyLength;
    }
  }

  /**
   * What the footer of a file says.
   *
   * @param dictionaries the dictionary batches, in their order
   * @param batches the record batches, in their order
   */
  public record Index(List<Part> dictionaries, List<Part> batches) {}

  /** The bytes before the first message. */
  public static byte[] head() {
    return Arrays.copyOf(MAGIC, HEAD_BYTES);
  }

  /**
   * The bytes behind the last message.
   *
   * @param schemaMessage the schema's message, with its prefix
   */
  public static byte[] tail(ByteBuffer schemaMessage, List<Part> dictionaries, List<Part> batches)
      throws IOException {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    builder.finish(
        new ArrowFooter(
                schema(schemaMessage),
                dictionaries.stream().map(Part::block).toList(),
                batches.stream().map(Part::block).toList())
            .writeTo(builder));
    ByteBuffer footer = builder.dataBuffer();
    int length = footer.remaining();
    ByteBuffer tail =
        ByteBuffer.allocate(END_OF_STREAM.length + length + TAIL_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    return tail.put(END_OF_STREAM).put(footer).putInt(length).put(MAGIC).array();
  }

  /**
   * Checks a schema's message.
   *
   * @throws MalformedIpcException when it is none
   */
  public static void checkSchema(ByteBuffer message) throws IOException {
    schema(message);
  }

  private static Schema schema(ByteBuffer message) throws IOException {
    try {
      ByteBuffer metadata = message.slice(HEAD_BYTES, message.remaining() - HEAD_BYTES);
      Message schema = Message.getRootAsMessage(metadata.order(ByteOrder.LITTLE_ENDIAN));
      SchemaCheck.check(schema, metadata.remaining());
      return MessageSerializer.deserializeSchema(schema);
    } catch (RuntimeException damaged) {
      throw new MalformedIpcException("not an Arrow schema", damaged);
    }
  }

  /**
   * A file of one record batch.
   *
   * @param payload the batch as an IPC stream
   */
  public static byte[] of(ByteBuffer payload) throws IOException {
    PayloadLayout layout = PayloadLayout.of(payload);
    List<Part> dictionaries = new ArrayList<>();
    for (PayloadLayout.Part part : layout.dictionaries()) {
      dictionaries.add(inFile(part));
    }
    int messages = layout.batch().end();
    byte[] tail =
        tail(
            payload.slice(layout.schema().offset(), layout.schema().length()),
            dictionaries,
            List.of(inFile(layout.batch())));
    return ByteBuffer.allocate(HEAD_BYTES + messages + tail.length)
        .put(head())
        .put(payload.slice(0, messages))
        .put(tail)
        .array();
  }

  private static Part inFile(PayloadLayout.Part part) {
    return new Part(HEAD_BYTES + (long) part.offset(), part.metadataLength(), part.bodyLength());
  }

  /** Reads a range of a file. */
  @FunctionalInterface
  public interface Source {
    /** The bytes {@code offset} to {@code offset + length} of the file, all of them. */
    ByteBuffer read(long offset, int length) throws IOException;
  }

  /**
   * Reads the footer of a file of {@code length} bytes. What it says is checked to lie within the
   * file.
   *
   * @throws MalformedIpcException when it is no such file
   */
  public static Index index(Source source, long length) throws IOException {
    if (length < HEAD_BYTES + TAIL_BYTES) {
      throw new MalformedIpcException("an Arrow file of " + length + " bytes");
    }
    ByteBuffer tail = source.read(length - TAIL_BYTES, TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    tail.get(4, magic);
    int footerLength = tail.getInt(0);
    if (!Arrays.equals(magic, MAGIC)
        || footerLength <= 0
        || footerLength > MAX_FOOTER_BYTES
        || footerLength > length - HEAD_BYTES - TAIL_BYTES) {
      throw new MalformedIpcException("an Arrow file without a footer");
    }
    try {
      Footer footer =
          Footer.getRootAsFooter(
              source
                  .read(length - TAIL_BYTES - footerLength, footerLength)
                  .order(ByteOrder.LITTLE_ENDIAN));
      List<Part> dictionaries = new ArrayList<>();
      for (int i = 0; i < footer.dictionariesLength(); i++) {
        dictionaries.add(part(footer.dictionaries(i), length));
      }
      List<Part> batches = new ArrayList<>();
      for (int i = 0; i < footer.recordBatchesLength(); i++) {
        batches.add(part(footer.recordBatches(i), length));
      }
      return new Index(List.copyOf(dictionaries), List.copyOf(batches));
    } catch (RuntimeException damaged) {
      throw new MalformedIpcException("an Arrow file with a damaged footer", damaged);
    }
  }

  private static Part part(Block block, long length) throws IOException {
    Part part = new Part(block.offset(), block.metaDataLength(), block.bodyLength());
    if (part.offset < HEAD_BYTES
        || part.metadataLength <= HEAD_BYTES
        || part.bodyLength < 0
        || part.bodyLength > length
        || part.offset > length - part.length()) {
      throw new MalformedIpcException("an Arrow file whose footer points outside");
    }
    return part;
  }

  /**
   * The schema message of a file: the first one behind the magic and its padding.
   *
   * @throws MalformedIpcException when there is none
   */
  public static Part schema(Source source, long length) throws IOException {
    int window = (int) Math.min(length, 128);
    ByteBuffer head = source.read(0, window).order(ByteOrder.LITTLE_ENDIAN);
    int at = HEAD_BYTES;
    while (at + 8 <= window && head.getInt(at) == 0) {
      at += ALIGNMENT;
    }
    if (at + 8 > window || head.getInt(at) != -1) {
      throw new MalformedIpcException("an Arrow file without a schema");
    }
    int metadata = head.getInt(at + 4);
    if (metadata <= 0 || metadata > length - at - HEAD_BYTES) {
      throw new MalformedIpcException("an Arrow file with a schema of " + metadata + " bytes");
    }
    return new Part(at, HEAD_BYTES + metadata, 0);
  }

  /** The rows of the record batch whose message starts at {@code at}; 0 when it is none. */
  public static int rows(ByteBuffer bytes, int at) {
    try {
      int metadata = bytes.getInt(at + 4);
      Message message =
          Message.getRootAsMessage(
              bytes.slice(at + HEAD_BYTES, metadata).order(ByteOrder.LITTLE_ENDIAN));
      RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
      return batch == null ? 0 : Math.clamp(batch.length(), 0, Integer.MAX_VALUE);
    } catch (RuntimeException damaged) {
      return 0;
    }
  }
}
