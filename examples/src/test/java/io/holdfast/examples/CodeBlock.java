package io.holdfast.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Java that stands in a text for people.
 *
 * @param file which text
 * @param line of the file, at which the code begins
 * @param code the code, a line feed behind each line
 */
record CodeBlock(Path file, int line, String code) {
  /** The folder of all modules. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final String SNIPPET = " * {@snippet :";

  /** The blocks marked as Java in a page. */
  static List<CodeBlock> inPage(Path page) throws IOException {
    return between(page, "```java", "```", "");
  }

  /** The snippets in the javadoc of a source. */
  static List<CodeBlock> inSource(Path source) throws IOException {
    return between(source, SNIPPET, " * }", " * ");
  }

  /** The sources of all modules. */
  static List<Path> sources() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.sorted().toList()) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
          }
        }
      }
    }
    return found;
  }

  private static List<CodeBlock> between(Path file, String begin, String end, String margin)
      throws IOException {
    List<CodeBlock> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).stripTrailing().endsWith(begin)) {
        continue;
      }
      // In a comment that is indented the code is, too.
      String indent = lines.get(i).substring(0, lines.get(i).indexOf(begin));
      StringBuilder code = new StringBuilder();
      int first = i + 1;
      int depth = 1;
      for (i++; i < lines.size(); i++) {
        String line = lines.get(i);
        // A snippet ends with the brace that closes it, and code has braces of its own.
        depth += margin.isEmpty() ? 0 : braces(line);
        if (margin.isEmpty() ? line.equals(end) : depth == 0) {
          break;
        }
        String prefix = indent + margin;
        code.append(line.startsWith(prefix) ? line.substring(prefix.length()) : "").append('\n');
      }
      blocks.add(new CodeBlock(file, first + 1, code.toString()));
    }
    return blocks;
  }

  private static int braces(String line) {
    return (int)
        (line.chars().filter(c -> c == '{').count() - line.chars().filter(c -> c == '}').count());
  }

  @Override
  public String toString() {
    return ROOT.relativize(file.toAbsolutePath().normalize()) + ":" + line;
  }
}
