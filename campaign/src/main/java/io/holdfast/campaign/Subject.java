package io.holdfast.campaign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a run tests: modules, and the hash of their sources. */
public enum Subject {
  /** The durable buffer. */
  ENGINE,

  /** The query language. */
  LANGUAGE,

  /** A whole server, with all that it stands on. */
  SERVER;

  /** In this order; a module without resources has the hash of its sources alone. */
  private static final List<String> FOLDERS = List.of("src/main/java", "src/main/resources");

  private List<String> modules() {
    return switch (this) {
      case ENGINE -> List.of("engine");
      case LANGUAGE -> List.of("script");
      case SERVER -> List.of("engine", "script", "pipeline", "connectors", "server");
    };
  }

  /** Its name in the book. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Which one this is: the start of the SHA-256 over the names and contents of its sources.
   *
   * @param root the folder of the whole project
   */
  String hash(Path root) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    for (String module : modules()) {
      for (String folder : FOLDERS) {
        add(root.resolve(module).resolve(folder), digest);
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 6);
  }

  private static void add(Path folder, MessageDigest digest) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = folder.relativize(file).toString().replace('\\', '/');
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(Files.readAllBytes(file));
      digest.update((byte) 0);
    }
  }
}
