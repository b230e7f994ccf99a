package io.holdfast.fuzz.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.engine.BatchStreamReader;
import io.holdfast.engine.BatchStreamWriter;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.RecordBundle;
import io.holdfast.fuzz.Allowance;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes where Arrow IPC streams are read; what comes out is written, and read again. */
final class StreamFuzzTest {
  private static final Allowance ALLOWANCE = new Allowance(8 << 20, 128);

  private static final long LIMIT = 256 << 20;

  static List<byte[]> seeds() {
    return Streams.payloads();
  }

  @MethodSource("seeds")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatAStreamGivesIsWrittenAndReadAgainOrTheStreamIsCorrupt(byte[] input) throws IOException {
    ALLOWANCE.covers(input, () -> check(input));
  }

  private static void check(byte[] input) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    List<Long> values = new ArrayList<>();
    try (BatchStreamWriter writer = new BatchStreamWriter(written)) {
      read(input, writer, values);
    } catch (CorruptException refused) {
      // As promised; what came before it was good.
    }
    List<Long> again = new ArrayList<>();
    try (BatchStreamWriter writer = new BatchStreamWriter(new ByteArrayOutputStream())) {
      read(written.toByteArray(), writer, again);
    }
    assertThat(again).isEqualTo(values);
  }

  private static void read(byte[] input, BatchStreamWriter writer, List<Long> values)
      throws IOException {
    try (BatchStreamReader reader =
        new BatchStreamReader(new ByteArrayInputStream(input), "stdin", LIMIT)) {
      for (RecordBundle bundle = reader.next(); bundle != null; bundle = reader.next()) {
        values.add(Rows.readAll(bundle));
        writer.write(bundle.slots().getFirst());
      }
    }
  }
}
