package io.holdfast.fuzz.engine;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The directory that the inputs are put into: a log that nobody has closed, a segment, two
 * subscribers who got to different places, and a dead letter that is being replayed.
 */
final class Directories {
  static final String LOG = "wal/quiver.wal";
  static final String CURSOR = "wal/quiver.wal.cursor";
  static final String STATE = "holdfast.state";

  private static final Map<String, byte[]> WHOLE = make();

  private Directories() {}

  private static Map<String, byte[]> make() {
    try {
      Machine machine = new Machine();
      try (DurableBuffer buffer = machine.open();
          Subscriber a = buffer.subscribe("a");
          Subscriber b = buffer.subscribe("b")) {
        append(buffer, 1, 4);
        take(a).ack();
        take(a).reject("it is not wanted");
        take(b).ack();
      }
      DurableBuffer buffer = machine.open();
      Subscriber a = buffer.subscribe("a");
      append(buffer, 5, 8);
      take(a).ack();
      take(a).fail("not now");
      a.flush();
      buffer.deadLetters("a").replayAll();
      buffer.flush();
      machine.kill();
      Map<String, byte[]> files = machine.files();
      files.replaceAll((name, bytes) -> withoutZeros(name, bytes));
      return files;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Space that was reserved ahead would only make the inputs large. */
  private static byte[] withoutZeros(String name, byte[] bytes) {
    if (!name.contains("quiver.wal")) {
      return bytes;
    }
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return java.util.Arrays.copyOf(bytes, end);
  }

  private static void append(DurableBuffer buffer, int first, int last) {
    for (int rows = first; rows <= last; rows++) {
      Rows.withBundle(rows, buffer::append);
    }
  }

  private static Delivery take(Subscriber subscriber) {
    return Objects.requireNonNull(subscriber.next(Duration.ZERO));
  }

  /** All its files. */
  static Map<String, byte[]> whole() {
    return new TreeMap<>(WHOLE);
  }

  /** Its files without the dead letters: a buffer less to open each time. */
  static Map<String, byte[]> withoutLetters() {
    Map<String, byte[]> files = whole();
    files.keySet().removeIf(name -> name.startsWith("dead/"));
    return files;
  }

  /** One of its files. */
  static byte[] file(String name) {
    return Objects.requireNonNull(WHOLE.get(name), () -> name + " of " + WHOLE.keySet());
  }

  /** The name of the one file that starts so. */
  static String named(String prefix) {
    return WHOLE.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .findFirst()
        .orElseThrow();
  }
}
