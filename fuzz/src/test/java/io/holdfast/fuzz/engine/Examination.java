package io.holdfast.fuzz.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.UnsupportedVersionException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What must hold of a directory, whatever lies in its files: it opens, what it gives comes to an
 * end, each once, decodes or says that it is damaged; it takes a bundle and gives it; and all that
 * again. Nothing is thrown that the engine does not promise to throw.
 */
final class Examination {
  private Examination() {}

  /** Does all of that with a directory of these files. */
  static void of(Map<String, byte[]> files) throws IOException {
    Machine machine = Machine.with(files);
    try {
      readBeside(machine);
      live(machine);
      live(machine);
    } catch (UnsupportedVersionException refused) {
      // A file of another version, sealed as one: documented, and nothing was touched.
    }
  }

  private static void readBeside(Machine machine) {
    try (BundleReader reader = BundleReader.open(machine.disk())) {
      long bytes = 0;
      for (BundleReader.Item item = reader.next(); item != null; item = reader.next()) {
        bytes++;
        decode(item);
      }
      assertThat(bytes).isLessThan(100_000);
      reader.report();
    } catch (StorageException none) {
      assertThat(none).hasMessageContaining("holds no buffer");
    }
  }

  private static void decode(BundleReader.Item item) {
    try {
      Rows.readAll(item.bundle());
    } catch (CorruptException damaged) {
      assertThat(damaged).hasMessageContaining("holds no record batch");
    }
  }

  private static void live(Machine machine) {
    try (DurableBuffer buffer = machine.open()) {
      buffer.recovery();
      buffer.status();
      Set<Long> appended = new HashSet<>();
      Rows.withBundle(1, bundle -> append(buffer, bundle, appended));
      for (String id : Set.copyOf(buffer.subscribers())) {
        try (Subscriber subscriber = buffer.subscribe(id)) {
          assertThat(drain(subscriber)).as("what %s gets", id).containsAll(appended);
        }
        buffer.deadLetters(id).list(-1, 1000);
      }
      buffer.flush();
    }
  }

  private static void append(DurableBuffer buffer, RecordBundle bundle, Set<Long> appended) {
    try {
      appended.add(buffer.append(bundle));
    } catch (StorageException usedUp) {
      // A file says that it was at the end of all sequences.
      assertThat(usedUp).hasMessageContaining("no sequence is left");
    }
  }

  private static Set<Long> drain(Subscriber subscriber) {
    Set<Long> came = new HashSet<>();
    while (true) {
      try (Delivery delivery = subscriber.next(Duration.ZERO)) {
        if (delivery == null) {
          return came;
        }
        // A replayed letter has its sequence still, and comes before all others.
        assertThat(came.add(delivery.sequence()) || came.size() < 100)
            .as("%s comes once", delivery.sequence())
            .isTrue();
        try {
          Rows.readAll(delivery.bundle());
          delivery.ack();
        } catch (CorruptException damaged) {
          delivery.reject(String.valueOf(damaged.getMessage()));
        }
      }
    }
  }
}
