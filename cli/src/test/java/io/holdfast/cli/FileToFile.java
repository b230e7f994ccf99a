package io.holdfast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A configuration that takes the lines of a file through a query into another file. */
final class FileToFile {
  private FileToFile() {}

  /**
   * Writes it beside its files: {@code in.txt}, whose lines go through the query {@code keep} to
   * {@code out.txt}.
   */
  static Path write(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("copy.yaml"),
        """
        onramp:
          - id: lines
            type: file
            config:
              source: %1$s/in.txt
              close_on_done: true
        offramp:
          - id: copy
            type: file
            config:
              file: %1$s/out.txt
        binding:
          - id: default
            links:
              "/onramp/lines/{instance}/out": ["/pipeline/keep/{instance}/in"]
              "/pipeline/keep/{instance}/out": ["/offramp/copy/{instance}/in"]
        mapping:
          /binding/default/01:
            instance: "01"
        """
            .formatted(directory));
  }
}
