package io.holdfast.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Copies and deletes data directories. */
final class Directories {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private Directories() {}

  /** Copies the files, with the modes that an engine gives them. */
  static Path copy(Path from, Path to) {
    for (Path source : walk(from)) {
      Path target = to.resolve(from.relativize(source).toString());
      try {
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.copy(source, target);
          if (POSIX) {
            boolean sealed = target.toString().matches(".*(\\.qseg|quiver\\.wal\\.[0-9]+)");
            Files.setPosixFilePermissions(
                target, PosixFilePermissions.fromString(sealed ? "r--r-----" : "rw-r-----"));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return to;
  }

  /** Every file below the directory, with the digest of its bytes. */
  static Map<String, String> contents(Path directory) {
    Map<String, String> contents = new TreeMap<>();
    for (Path path : walk(directory)) {
      if (!Files.isDirectory(path)) {
        contents.put(directory.relativize(path).toString(), sha256(path));
      }
    }
    return contents;
  }

  private static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static void delete(Path directory) {
    for (Path path : walk(directory).reversed()) {
      try {
        Files.delete(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<Path> walk(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.sorted(Comparator.naturalOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
