package io.holdfast.peers;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Holdfast as it is by default, with room for what is measured. A record is a bundle of one row
 * with one binary value, which the producer fills anew for each.
 */
final class HoldfastStore implements Store {
  private static final long CAP_BYTES = 16L << 30;
  private static final SchemaFingerprint FINGERPRINT = SchemaFingerprint.ofName("holdfast-peers");

  private final BufferAllocator allocator = new RootAllocator();
  private final DurableBuffer buffer;
  private final Subscriber subscriber;

  HoldfastStore(Path directory) {
    this.buffer = DurableBuffer.open(directory, BufferOptions.defaults().withCapBytes(CAP_BYTES));
    this.subscriber = buffer.subscribe("bench");
  }

  @Override
  public Producer producer() {
    return new BundleProducer(buffer, new VarBinaryVector("value", allocator));
  }

  @Override
  public boolean take(Duration patience, Consumer<ByteBuffer> reader) throws InterruptedException {
    try (Delivery delivery = subscriber.next(patience)) {
      if (delivery == null) {
        return false;
      }
      VectorSchemaRoot rows = delivery.bundle().slots().getFirst().root();
      VarBinaryVector values = (VarBinaryVector) rows.getVector(0);
      reader.accept(
          values.getDataBuffer().nioBuffer(values.getStartOffset(0), values.getValueLength(0)));
      delivery.ack();
      return true;
    }
  }

  @Override
  public void close() {
    buffer.close();
    allocator.close();
  }

  private static final class BundleProducer implements Producer {
    private static final int PIPELINED = 256;

    private final DurableBuffer buffer;
    private final VarBinaryVector values;
    private final RecordBundle bundle;
    private final ArrayDeque<CompletableFuture<Long>> pending = new ArrayDeque<>();

    BundleProducer(DurableBuffer buffer, VarBinaryVector values) {
      this.buffer = buffer;
      this.values = values;
      this.bundle =
          RecordBundle.of(
              FINGERPRINT, new VectorSchemaRoot(List.of(values.getField()), List.of(values), 1));
    }

    @Override
    public void append(byte[] data) {
      set(data);
      buffer.append(bundle);
    }

    @Override
    public void fill(byte[] data) throws IOException {
      set(data);
      pending.add(buffer.appendAsync(bundle));
      if (pending.size() > PIPELINED) {
        pending.remove().join();
      }
    }

    private void set(byte[] data) {
      values.setSafe(0, data);
      values.setValueCount(1);
    }

    @Override
    public void close() {
      pending.forEach(CompletableFuture::join);
      values.close();
    }
  }
}
