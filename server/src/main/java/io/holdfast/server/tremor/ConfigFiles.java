package io.holdfast.server.tremor;

import io.holdfast.pipeline.config.Location;
import io.holdfast.script.LoadException;
import io.holdfast.script.SourceFile;
import io.holdfast.server.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The files that a person named, read and sorted by what they are.
 *
 * @param yaml the YAML files, in the order in which they were named
 * @param queries the queries, in the order in which they were named
 */
record ConfigFiles(List<SourceFile> yaml, List<SourceFile> queries) {

  private static final Pattern BACKUP =
      Pattern.compile(".*~|#.*#|\\.#.*|\\..*\\.sw[a-p]|.*\\.(bak|orig|rej|tmp|save|old)");

  /** Reads the files. */
  static ConfigFiles read(List<Path> files, Problems problems) {
    List<SourceFile> yaml = new ArrayList<>();
    List<SourceFile> queries = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      Location start = start(file.toString());
      problems.know(SourceFile.of(file.toString(), ""));
      if (BACKUP.matcher(name).matches()) {
        problems.warnings().add(start, "this looks like an editor's backup file and is left out");
      } else if (!seen.add(file.toAbsolutePath().normalize())) {
        problems.warnings().add(start, "this file is named twice and read once");
      } else if (Files.isDirectory(file)) {
        problems
            .errors()
            .add(start, "this is a directory; name the files in it, " + file + "/* for instance");
      } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
        read(file, yaml, problems);
      } else if (name.endsWith(".trickle")) {
        read(file, queries, problems);
      } else {
        problems
            .errors()
            .add(
                start,
                "files of this kind are not read; configuration ends in .yaml or .yml, queries end"
                    + " in .trickle");
      }
    }
    return new ConfigFiles(List.copyOf(yaml), List.copyOf(queries));
  }

  /** The name of a file without folders and ending. */
  static String stem(SourceFile file) {
    String name = String.valueOf(Path.of(file.name()).getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** The first character of a file. */
  static Location start(String file) {
    return new Location(file, 1, 1);
  }

  private static void read(Path file, List<SourceFile> into, Problems problems) {
    try {
      SourceFile source = SourceFile.read(file);
      problems.know(source);
      into.add(source);
    } catch (LoadException e) {
      problems.addAll(e.diagnostics());
    } catch (NoSuchFileException e) {
      problems.errors().add(start(file.toString()), "there is no such file");
    } catch (IOException e) {
      problems.errors().add(start(file.toString()), "this file cannot be read: " + e);
    }
  }
}
