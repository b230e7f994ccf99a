package io.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** All Java in pages and in javadoc compiles, and the example of the README does what it says. */
class CodeInTextsTest {
  private static final Path README = CodeBlock.ROOT.resolve("README.md");
  private static final Path EMBEDDING = CodeBlock.ROOT.resolve("docs/embedding.md");

  private static final String MAIN =
      """
        public static void main(String[] arguments) throws Exception {
          try (var allocator = new org.apache.arrow.memory.RootAllocator();
              var numbers = new org.apache.arrow.vector.BigIntVector("number", allocator)) {
            numbers.setSafe(0, Long.parseLong(arguments[0]));
            numbers.setValueCount(1);
            bundle = RecordBundle.of(SchemaFingerprint.ofName("n"), VectorSchemaRoot.of(numbers));
            run();
          }
        }
      """;

  @TempDir private Path folder;

  private static List<CodeBlock> pages() throws IOException {
    List<CodeBlock> blocks = new ArrayList<>(CodeBlock.inPage(README));
    try (Stream<Path> pages = Files.list(CodeBlock.ROOT.resolve("docs"))) {
      for (Path page : pages.filter(it -> it.toString().endsWith(".md")).sorted().toList()) {
        blocks.addAll(CodeBlock.inPage(page));
      }
    }
    return blocks;
  }

  private static List<CodeBlock> snippets() throws IOException {
    List<CodeBlock> blocks = new ArrayList<>();
    for (Path source : CodeBlock.sources()) {
      blocks.addAll(CodeBlock.inSource(source));
    }
    return blocks;
  }

  @TestFactory
  Stream<DynamicTest> itCompiles() throws IOException {
    List<CodeBlock> blocks = new ArrayList<>(pages());
    assertThat(blocks).as("pages with Java in them").hasSizeGreaterThanOrEqualTo(2);
    List<CodeBlock> snippets = snippets();
    assertThat(snippets).as("snippets in javadoc").hasSizeGreaterThanOrEqualTo(8);
    blocks.addAll(snippets);
    return blocks.stream()
        .map(
            block ->
                DynamicTest.dynamicTest(
                    block.toString(),
                    () -> {
                      Path own = Files.createTempDirectory(folder, "block");
                      CompiledBlock.compile(block, "", own);
                    }));
  }

  @Test
  void javadocShowsNoOtherJava() throws IOException {
    for (Path source : CodeBlock.sources()) {
      assertThat(Files.readString(source)).as("%s", source).doesNotContain("<pre>{@code");
    }
  }

  @Test
  void theSixLinesAreTheSameEverywhere() throws IOException {
    String readme = CodeBlock.inPage(README).getFirst().code();
    assertThat(readme.lines().filter(line -> !line.strip().equals("}"))).hasSize(6);
    assertThat(CodeBlock.inPage(EMBEDDING).getFirst().code()).isEqualTo(readme);
    Path javadoc =
        CodeBlock.ROOT.resolve("engine/src/main/java/io/holdfast/engine/DurableBuffer.java");
    assertThat(CodeBlock.inSource(javadoc).getFirst().code()).isEqualTo(readme);
  }

  @Test
  void theSixLinesRunTwiceInARowOnOneDirectoryAndNothingComesTwice() throws Exception {
    CompiledBlock.compile(CodeBlock.inPage(README).getFirst(), MAIN, folder);
    Path work = Files.createDirectory(folder.resolve("work"));
    for (int number = 1; number <= 2; number++) {
      assertThat(run(work, number)).as("run %s", number).isEqualTo("sent " + number + "\n");
    }
    assertThat(work.resolve("data/wal")).isDirectory();
  }

  @Test
  void thePowerCutsOfThePageFindNothingMissing() throws Exception {
    CodeBlock cuts = CodeBlock.inPage(EMBEDDING).getLast();
    assertThat(cuts.code()).contains("POWER_CUT");
    CompiledBlock.compile(cuts, MAIN, folder);
    assertThat(run(folder, 1)).isEmpty();
  }

  /** Runs the block in a process of its own, whose working directory it can call its own. */
  private String run(Path work, int number) throws Exception {
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                folder
                    + System.getProperty("path.separator")
                    + System.getProperty("java.class.path"),
                "Block",
                Integer.toString(number))
            .directory(work.toFile())
            .redirectError(errors.toFile())
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(() -> text(errors)).isZero();
    return printed;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
