import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;

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
    List<String> sources = new ArrayList<>();
    Files.walkFileTree(Path.of(""), new Sources(sources));
    sources.sort(null);
    command.addAll(sources);
    var formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    int exit = formatter.run(System.out, System.err, command.toArray(String[]::new));
    if (exit != 0) {
      System.err.println("The files above are not formatted: run  mvn -q -N -Pformat validate");
    }
    System.exit(exit);
  }

  /** Takes down the sources, and enters no folder of what is built: other tools work there. */
  private static final class Sources extends SimpleFileVisitor<Path> {
    private static final Set<String> BUILT = Set.of("target", ".holdfast-build", ".git");

    private final List<String> found;

    Sources(List<String> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return BUILT.contains(String.valueOf(folder.getFileName()))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (file.toString().endsWith(".java")) {
        found.add(file.toString());
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
