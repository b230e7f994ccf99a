import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Checks ({@code check}) or rewrites ({@code write}) the layout of every Java source of the tree.
 */
public final class Format {
  public static void main(String[] args) throws IOException {
    boolean write = args.length > 0 && args[0].equals("write");
    List<String> command = new ArrayList<>();
    if (write) {
      command.add("--replace");
    } else {
      command.add("--dry-run");
      command.add("--set-exit-if-changed");
    }
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !contains(file, "target") && !contains(file, ".holdfast-build"))
          .sorted()
          .forEach(file -> command.add(file.toString()));
    }
    var formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    int exit = formatter.run(System.out, System.err, command.toArray(String[]::new));
    if (exit != 0) {
      System.err.println("The files above are not formatted: run  mvn -q -N -Pformat validate");
    }
    System.exit(exit);
  }

  private static boolean contains(Path file, String name) {
    for (Path part : file) {
      if (part.toString().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
