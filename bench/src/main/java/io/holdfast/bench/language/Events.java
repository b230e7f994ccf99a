package io.holdfast.bench.language;

import io.holdfast.script.EventContext;
import io.holdfast.script.Json;
import io.holdfast.script.RecordValue;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Log events of 340 bytes of JSON. One thread. */
final class Events {
  /** How many different ones there are; small enough for a processor's cache. */
  private static final int DIFFERENT = 64;

  private static final URI ORIGIN = URI.create("tremor-script://localhost");

  private final byte[][] lines = new byte[DIFFERENT][];
  private int next;
  private long nanos;

  Events() {
    for (int i = 0; i < DIFFERENT; i++) {
      lines[i] = line(i).getBytes(StandardCharsets.UTF_8);
    }
  }

  private static String line(int number) {
    return """
    {"id":%d,"host":"server-%02d.example.org","level":"%s",\
    "message":"the quick brown fox %02d jumps over the lazy dog and runs away",\
    "tags":["a","b","c"],"http":{"method":"GET","path":"/index.html","status":%d,"bytes":51234},\
    "user":{"name":"alice","roles":["admin","dev"]},"latency":3.25,"ok":true,\
    "trace":"0af7651916cd43dd8448eb211c80319c","n":null}\
    """
        .formatted(
            10_000 + number,
            number % 16,
            number % 3 == 0 ? "warn" : "info",
            number,
            number % 5 == 0 ? 404 : 200);
  }

  /** The next one, taken from its text. Each is a millisecond later than the one before. */
  EventContext next() {
    byte[] line = lines[next];
    next = (next + 1) % DIFFERENT;
    nanos += 1_000_000;
    return new EventContext(Json.parse(line), RecordValue.empty(), nanos, ORIGIN);
  }
}
