package io.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** A block of code as the body of a method, compiled, with the names that it may use. */
final class CompiledBlock {
  private static final String BEFORE =
      """
      import io.holdfast.engine.*;
      import io.holdfast.pipeline.*;
      import io.holdfast.testkit.*;
      import java.net.ConnectException;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.List;
      import org.apache.arrow.vector.VectorSchemaRoot;

      class Block {
        static RecordBundle bundle;
        static DurableBuffer buffer;
        static Subscriber subscriber;
        static VectorSchemaRoot root;
        static VectorSchemaRoot other;

        static void send(RecordBundle taken) throws ConnectException {
          System.out.println("sent " + taken.slots().getFirst().root().getVector(0).getObject(0));
        }

        static Event makeOne() {
          return Event.of(io.holdfast.script.Value.of(1), 0, null, 0);
        }

        static void write(Event event) {}

      """;

  private static final String METHOD = "  static void run() throws Exception {\n";

  private CompiledBlock() {}

  /**
   * Compiles a block.
   *
   * @param main what else is to be in the class
   * @param folder where the classes go
   */
  static void compile(CodeBlock block, String main, Path folder) throws IOException {
    boolean isMember = block.code().startsWith("public ");
    String text =
        BEFORE + (isMember ? block.code() : METHOD + block.code() + "  }\n") + main + "}\n";
    Path source = Files.writeString(folder.resolve("Block.java"), text);
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (var files = compiler.getStandardFileManager(found, null, null)) {
      List<String> options =
          List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString());
      boolean compiled =
          compiler
              .getTask(null, files, found, options, null, files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).as("%s:\n%s\n%s", block, text, errors(found)).isTrue();
    }
  }

  private static String errors(DiagnosticCollector<JavaFileObject> found) {
    return found.getDiagnostics().stream()
        .filter(it -> it.getKind() == Diagnostic.Kind.ERROR)
        .map(Object::toString)
        .collect(Collectors.joining("\n"));
  }
}
