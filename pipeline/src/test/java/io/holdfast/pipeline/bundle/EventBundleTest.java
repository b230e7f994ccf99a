package io.holdfast.pipeline.bundle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.pipeline.Event;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBundleTest {
  @TempDir private Path directory;

  private static Event event(Random random, int id) {
    return new Event(
        Value.of("v".repeat(random.nextInt(60))),
        random.nextBoolean()
            ? RecordValue.empty()
            : RecordValue.of("m", Value.of("m".repeat(random.nextInt(40)))),
        random.nextLong(Long.MAX_VALUE),
        random.nextBoolean() ? null : "o".repeat(random.nextInt(40)),
        id);
  }

  @Test
  void sizesAreThoseOfTheLogAndEventsComeBackAsTheyWere() {
    Random random = new Random(7);
    try (BufferAllocator allocator = new RootAllocator();
        EventBundle encoder = new EventBundle(allocator);
        DurableBuffer buffer =
            DurableBuffer.open(
                directory.resolve("buffer"),
                BufferOptions.defaults().withCapBytes(BufferOptions.MIN_CAP_BYTES));
        var subscriber = buffer.subscribe("s")) {
      for (int rows : new int[] {1, 2, 3, 7, 8, 9, 63, 64, 65, 300}) {
        List<Event> events = new ArrayList<>();
        List<StoredEvent> stored = new ArrayList<>();
        EntrySize size = new EntrySize();
        for (int i = 0; i < rows; i++) {
          events.add(event(random, i));
          stored.add(StoredEvent.of(events.getLast()));
          assertThat(size.bytesWith(stored.getLast())).isGreaterThanOrEqualTo(size.bytes());
          size.add(stored.getLast());
        }
        buffer.append(encoder.encode(stored));

        assertThat(subscriber.backlog().bytes()).as(rows + " rows").isEqualTo(size.bytes());
        assertThat(subscriber.backlog().items()).isEqualTo(rows);
        try (var delivery = requireNonNull(subscriber.next(Duration.ofSeconds(30)))) {
          assertThat(EventBundle.decode(delivery.bundle()).stream().map(StoredEvent::toEvent))
              .containsExactlyElementsOf(events);
          delivery.ack();
        }
      }
    }
  }

  @Test
  void aBundleOfSomethingElseIsNamedAsSuch() {
    try (BufferAllocator allocator = new RootAllocator();
        EventBundle encoder = new EventBundle(allocator)) {
      RecordBundle events = encoder.encode(List.of(StoredEvent.ofJson(new byte[] {'1'}, 0, 0)));
      RecordBundle other =
          RecordBundle.of(SchemaFingerprint.ofName("other"), events.slots().getFirst().root());

      assertThatThrownBy(() -> EventBundle.decode(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no slot 0 with events of v1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"value", "ingest_ns", "id"})
  void aRowWithoutWhatEveryEventHasIsNamedByItsColumn(String column) {
    try (BufferAllocator allocator = new RootAllocator();
        EventBundle encoder = new EventBundle(allocator)) {
      RecordBundle events = encoder.encode(List.of(StoredEvent.ofJson(new byte[] {'1'}, 0, 0)));
      events.slots().getFirst().root().getVector(column).setNull(0);

      assertThatThrownBy(() -> EventBundle.decode(events))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("column '" + column + "' has rows without a value");
    }
  }
}
