package io.holdfast.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TidyTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Folders that hold what was built, what ran, or the bytes of others, not what was written. */
  private static final Set<String> NOT_WRITTEN =
      Set.of(
          ".git",
          "target",
          ".holdfast-build",
          "holdfast-data",
          "golden",
          ".cifuzz-corpus",
          ".idea",
          ".vscode",
          ".settings");

  private static final Pattern TEXT =
      Pattern.compile(".*\\.(java|xml|md|rs|toml|ya?ml|trickle|tremor|sh|properties|jsonl?)|[^.]+");

  private static final List<Path> FILES = new ArrayList<>();

  private record Line(Path file, int number, String text) {
    @Override
    public String toString() {
      return ROOT.relativize(file) + ":" + number + ": " + text;
    }
  }

  @BeforeAll
  static void listFiles() throws IOException {
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            // What fuzzing found is of any bytes.
            return NOT_WRITTEN.contains(name) || name.endsWith("FuzzTestInputs")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            // The licence is a text of others; this file names what it forbids.
            if (TEXT.matcher(name).matches()
                && !name.equals("LICENSE")
                && !name.equals("TidyTest.java")
                && !name.equals(".git")) {
              FILES.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Test
  void theTreeIsSeen() {
    assertThat(FILES).contains(ROOT.resolve("pom.xml"), ROOT.resolve("holdfast"));
  }

  @Test
  void noLineHasATabOrABlankAtItsEnd() throws IOException {
    assertThat(linesWith("\t|[ \r]$")).isEmpty();
  }

  @Test
  void everyFileEndsWithItsLine() throws IOException {
    List<Path> without = new ArrayList<>();
    for (Path file : FILES) {
      String text = Files.readString(file);
      if (!text.isEmpty() && !text.endsWith("\n")) {
        without.add(file);
      }
    }
    assertThat(without).isEmpty();
  }

  @Test
  void nothingIsLeftToBeDoneLater() throws IOException {
    assertThat(linesWith("\\b(TODO|FIXME|XXX)\\b")).isEmpty();
  }

  @Test
  void noFileNamesAPathOfOneMachine() throws IOException {
    assertThat(linesWith("(^|[\\s\"'(=:])/(root|work|tmp/wt|Users)/|/home/(?!linuxbrew/)\\w"))
        .isEmpty();
  }

  @Test
  void noFileNamesAHostOfPackages() throws IOException {
    assertThat(
            linesWith(
                "repo1?\\.maven|maven\\.org|registry\\.npmjs|npmmirror|crates\\.io|pypi\\.org"
                    + "|proxy\\.golang|deb\\.debian|artifactory|<(repository|mirror|pluginRepository)>"))
        .isEmpty();
  }

  @Test
  void everyPackageIsIntroducedAndNullMarked() throws IOException {
    Set<Path> packages = new TreeSet<>();
    for (Path file : FILES) {
      Path folder = file.getParent();
      if (file.toString().endsWith(".java")
          && folder != null
          && folder.toString().contains(Path.of("src", "main", "java", "io").toString())) {
        packages.add(folder);
      }
    }
    assertThat(packages).isNotEmpty();
    assertThat(packages)
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java"))
                    .content()
                    .startsWith("/**")
                    .contains("@NullMarked"));
  }

  private static List<Line> linesWith(String pattern) throws IOException {
    Pattern wanted = Pattern.compile(pattern);
    List<Line> found = new ArrayList<>();
    for (Path file : FILES) {
      List<String> lines = List.of(Files.readString(file).split("\n", -1));
      for (int i = 0; i < lines.size(); i++) {
        if (wanted.matcher(lines.get(i)).find()) {
          found.add(new Line(file, i + 1, lines.get(i)));
        }
      }
    }
    return found;
  }
}
