package io.holdfast.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory that the Rust engine wrote, with what must come out of it.
 *
 * @param name of its folder
 * @param expected of a new subscriber
 * @param subscribers what those with progress files must get
 */
record GoldenCase(String name, Expectation expected, Map<String, Expectation> subscribers) {
  private static final Path GOLDEN = Path.of("golden");

  /** Digests of bundles that may return and whose content the golden files do not tell. */
  private static final Path MAY = Path.of("src/test/resources/io/holdfast/interop/may");

  private static final JsonMapper JSON = new JsonMapper();

  @Override
  public String toString() {
    return name;
  }

  static List<GoldenCase> all() {
    try {
      JsonNode manifest = JSON.readTree(GOLDEN.resolve("manifest.json").toFile());
      return manifest.get("cases").valueStream().map(GoldenCase::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GoldenCase of(JsonNode entry) {
    String name = entry.get("name").asText();
    Set<Long> optional = Sequences.parse(entry.get("may_also_return").asText());
    Set<Long> twice = Sequences.parse(entry.get("duplicates_allowed").asText());
    TreeMap<Long, String> digests = new TreeMap<>();
    for (Path file :
        List.of(
            GOLDEN.resolve(name).resolve("expected.jsonl"),
            GOLDEN.resolve(name).resolve("may.jsonl"),
            MAY.resolve(name + ".jsonl"))) {
      for (JsonNode line : lines(file)) {
        digests.put(line.get("sequence").asLong(), line.get("digest").asText());
      }
    }
    List<Expectation.Bundle> expected =
        digests.entrySet().stream()
            .map(
                bundle ->
                    new Expectation.Bundle(
                        bundle.getValue(),
                        optional.contains(bundle.getKey()),
                        twice.contains(bundle.getKey())))
            .toList();
    Map<String, Expectation> subscribers = new HashMap<>();
    entry
        .path("subscribers")
        .propertyStream()
        .forEach(
            subscriber ->
                subscribers.put(
                    subscriber.getKey(),
                    Expectation.exactly(
                        Sequences.parse(subscriber.getValue().asText()).stream()
                            .map(digests::get)
                            .toList())));
    return new GoldenCase(name, new Expectation(expected), subscribers);
  }

  /** The bytes of the directory, below which nothing may be changed. */
  Path data() {
    return GOLDEN.resolve(name).resolve("data");
  }

  private static List<JsonNode> lines(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(GoldenCase::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
