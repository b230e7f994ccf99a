package io.holdfast.fuzz.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.engine.ipc.MalformedIpcException;
import io.holdfast.engine.ipc.PayloadLayout;
import io.holdfast.engine.ipc.PayloadReader;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.fuzz.Allowance;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the payload of a slot. */
final class PayloadFuzzTest {
  private static final Allowance ALLOWANCE = new Allowance(4 << 20, 64);

  private static final BufferPool POOL = new BufferPool();

  static List<byte[]> seeds() {
    return Streams.payloads();
  }

  @MethodSource("seeds")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPayloadIsReadInItsOwnMemoryOrIsMalformed(byte[] input) {
    ALLOWANCE.covers(input, () -> check(input));
  }

  private static void check(byte[] input) {
    PooledBuffer memory = POOL.take(input.length);
    memory.buffer().put(input);
    try (RootAllocator allocator = new RootAllocator()) {
      try (PayloadReader reader = PayloadReader.read(memory, 0, input.length, allocator)) {
        for (FieldVector vector : reader.root().getFieldVectors()) {
          Rows.readAll(vector);
        }
      } catch (MalformedIpcException refused) {
        // As promised.
      }
      assertThat(allocator.getPeakMemoryAllocation())
          .isLessThanOrEqualTo(8L * input.length + 65536);
    } finally {
      memory.release();
    }
    try {
      PayloadLayout.of(ByteBuffer.wrap(input));
    } catch (MalformedIpcException refused) {
      // As promised.
    }
  }
}
