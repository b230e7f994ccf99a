package io.holdfast.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of modules are searched: {@code use a::b} is the file {@code a/b.tremor}, or
 * {@code a/b.trickle}, of the first directory that has one. Immutable.
 *
 * @param directories the directories, in order
 */
public record ImportPath(List<Path> directories) {
  private static final List<String> ENDINGS = List.of(".tremor", ".trickle");

  /**
   * Copies the list.
   *
   * @param directories the directories, in order
   */
  public ImportPath {
    directories = List.copyOf(directories);
  }

  /**
   * Returns a path without directories: only the library is known.
   *
   * @return the empty path
   */
  public static ImportPath none() {
    return new ImportPath(List.of());
  }

  /**
   * Returns the directories that a variable of the environment names, after some others.
   *
   * @param first the directories that come first
   * @param variable the value of the variable, with the system's separator between directories, or
   *     null
   * @return the path
   */
  public static ImportPath of(List<Path> first, @Nullable String variable) {
    List<Path> directories = new ArrayList<>(first);
    if (variable != null) {
      Arrays.stream(variable.split(java.io.File.pathSeparator, -1))
          .filter(part -> !part.isBlank())
          .map(Path::of)
          .forEach(directories::add);
    }
    return new ImportPath(directories);
  }

  /**
   * Returns the path for one file: some directories first, then the one in which the file is, then
   * those that a variable of the environment names.
   *
   * @param file the file whose modules are searched
   * @param first the directories that come first
   * @param variable the value of the variable, as in {@link #of}, or null
   * @return the path
   */
  public static ImportPath beside(Path file, List<Path> first, @Nullable String variable) {
    List<Path> directories = new ArrayList<>(first);
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      directories.add(parent);
    }
    return of(directories, variable);
  }

  /**
   * Reads the file of a module.
   *
   * @param module the names of its path
   * @return the file, or null if there is none
   * @throws IOException if it cannot be read
   * @throws LoadException if it is not UTF-8
   */
  public @Nullable SourceFile find(List<String> module) throws IOException {
    for (Path directory : directories) {
      for (String ending : ENDINGS) {
        Path file = directory;
        for (String name : module.subList(0, module.size() - 1)) {
          file = file.resolve(name);
        }
        file = file.resolve(module.getLast() + ending);
        if (Files.isRegularFile(file)) {
          return SourceFile.read(file);
        }
      }
    }
    return null;
  }
}
