package io.holdfast.fuzz.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The configuration of the tutorial, and YAML that means little. */
final class Configurations {
  private static final Path EXAMPLE =
      Path.of("..", "examples", "persistent-wal", "etc", "tremor", "config");

  private Configurations() {}

  private static String example(String name) {
    try {
      return Files.readString(EXAMPLE.resolve(name));
    } catch (IOException absent) {
      throw new UncheckedIOException(absent);
    }
  }

  /** All three parts of it in one file, and its query. */
  static String whole() {
    return example("metronome.yaml") + example("binding.yaml") + example("offramp.yaml");
  }

  /** The query. */
  static String query() {
    return example("persistent.trickle");
  }

  /** YAML files. */
  static List<byte[]> yaml() {
    return List.of(
        whole().getBytes(UTF_8),
        "a: &a [1, 0x1F, 0o17, 1.5, .inf, .nan, ~, yes]\nb: *a\n? c\n: |\n  text\n".getBytes(UTF_8),
        "%YAML 1.2\n--- !!str \"\\u263a\"\n...\n--- >-\n folded\n".getBytes(UTF_8),
        "[[[[[[[[[[[[[[[[{a: {b: {c: {}}}}]]]]]]]]]]]]]]]]".getBytes(UTF_8));
  }
}
