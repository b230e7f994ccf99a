package io.holdfast.fuzz.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.engine.BatchStreamReader;
import io.holdfast.engine.BatchStreamWriter;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.RecordBundle;
import io.holdfast.fuzz.Allowance;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.script.JsonException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any batch where a pipeline reads the events that lie in its buffer. */
final class EventsFuzzTest {
  private static final Allowance ALLOWANCE = new Allowance(8 << 20, 64);

  private static final long LIMIT = 1 << 20;

  static List<byte[]> seeds() throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        EventBundle encoder = new EventBundle(allocator);
        BatchStreamWriter writer = new BatchStreamWriter(written)) {
      List<StoredEvent> events =
          List.of(
              StoredEvent.ofJson("{\"a\":1}".getBytes(UTF_8), 1, 1),
              StoredEvent.ofJson("[]".getBytes(UTF_8), 2, 2));
      writer.write(encoder.encode(events).slots().getFirst());
    }
    return List.of(written.toByteArray());
  }

  @MethodSource("seeds")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aBatchHoldsEventsOrSaysWhyNot(byte[] input) throws IOException {
    ALLOWANCE.covers(input, () -> check(input));
  }

  private static void check(byte[] input) throws IOException {
    try (BatchStreamReader reader =
        new BatchStreamReader(new ByteArrayInputStream(input), "fuzz", LIMIT)) {
      for (RecordBundle bundle = reader.next(); bundle != null; bundle = reader.next()) {
        RecordBundle.Slot slot = bundle.slots().getFirst();
        decode(
            RecordBundle.builder()
                .slot(0, EventBundle.FINGERPRINT, slot.root(), slot.dictionaries())
                .build());
      }
    } catch (CorruptException | NoEvents refused) {
      // As promised.
    }
  }

  /** The bundle is not of this kind. */
  private static final class NoEvents extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoEvents(IllegalArgumentException why) {
      super(why);
    }
  }

  private static void decode(RecordBundle bundle) {
    List<StoredEvent> events;
    try {
      events = EventBundle.decode(bundle);
    } catch (IllegalArgumentException refused) {
      throw new NoEvents(refused);
    }
    for (StoredEvent event : events) {
      try {
        event.toEvent();
      } catch (JsonException noJson) {
        event.toRawEvent();
      }
    }
  }
}
