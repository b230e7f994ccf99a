package io.holdfast.server;

import io.holdfast.script.Diagnostic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder of configuration files, and what reading them says. */
final class Folder {
  static final String METRONOME =
      """
      onramp:
        - id: metronome
          type: metronome
          config:
            interval: 1000
      """;
  static final String WS =
      """
      offramp:
        - id: ws
          type: ws
          config:
            url: ws://localhost:8080/
      """;
  static final String BINDING =
      """
      binding:
        - id: default
          links:
            "/onramp/metronome/{instance}/out": ["/pipeline/wal/{instance}/in"]
            "/pipeline/wal/{instance}/out": ["/offramp/ws/{instance}/in"]
      mapping:
        /binding/default/01:
          instance: "01"
      """;
  static final String WAL =
      """
      define qos::wal operator wal with read_count = 20, max_elements = 1000 end;
      create operator wal;
      select event from in into wal;
      select event from wal into out;
      """;

  private final Path root;
  private final List<Path> files = new ArrayList<>();

  Folder(Path root) {
    this.root = root;
  }

  /** The folder with the four files above, all right. */
  static Folder good(Path root) {
    return new Folder(root)
        .with("metronome.yaml", METRONOME)
        .with("ws.yaml", WS)
        .with("binding.yaml", BINDING)
        .with("wal.trickle", WAL);
  }

  /** Writes a file, and names it when the configuration is read. */
  Folder with(String name, String text) {
    Path file = root.resolve(name);
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return naming(name);
  }

  /** Names a file that is there or not. */
  Folder naming(String name) {
    Path file = root.resolve(name);
    files.remove(file);
    files.add(file);
    return this;
  }

  Path root() {
    return root;
  }

  Path dataDirectory() {
    return root.resolve("data");
  }

  Configuration read() {
    return Configuration.read(files, dataDirectory(), root);
  }

  /** Everything that is said about the files, without the folder's name. */
  List<String> problems() {
    try {
      return headers(read().warnings());
    } catch (ConfigurationException e) {
      return headers(e.diagnostics());
    }
  }

  private List<String> headers(List<Diagnostic> diagnostics) {
    return diagnostics.stream().map(d -> d.header().replace(root + "/", "")).toList();
  }
}
