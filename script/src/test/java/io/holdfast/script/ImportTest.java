package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {
  @TempDir private Path directory;

  @Test
  void whatAModuleUsesCanBeReachedThroughIt() throws IOException {
    write("a.tremor", "use b::c as d;\nconst X = 1;");
    write("b/c.tremor", "use std::string;\nfn up(s) with string::uppercase(s) end;");
    assertThat(run("use a as e;\n[e::X, e::d::up(\"x\")]")).isEqualTo("[1,\"X\"]");
  }

  @Test
  void anIntrinsicIsAFunctionOfTheLibrary() throws IOException {
    write("a.tremor", "intrinsic fn size(s) as string::len;\nintrinsic fn nope(s) as string::nope");
    assertThat(errors("use a;\na::size(\"xy\")")).containsExactly("a.tremor:2");
    write("a.tremor", "intrinsic fn size(s) as string::len");
    assertThat(run("use a;\na::size(\"xy\")")).isEqualTo("2");
  }

  @Test
  void aCircleOfModulesIsAnError() throws IOException {
    write("a.tremor", "use b;\nconst X = 1");
    write("b.tremor", "use a;\nconst Y = 1");
    assertThat(errors("use a;\na::X")).containsExactly("b.tremor:1");
  }

  @Test
  void whatIsWrongInAModuleIsShownInTheModule() throws IOException {
    write("a.tremor", "const X = nope;\nfn f() with 1 + \"a\" end");
    assertThat(errors("use a;\na::X + nope")).containsExactly("a.tremor:1", "a.tremor:2", "test:2");
    write("a.tremor", "const X = 1;\n1 + 1");
    assertThat(errors("use a;\na::X")).containsExactly("a.tremor:2", "test:2");
  }

  @Test
  void aQueryUsesWhatAModuleDefines() throws IOException {
    write(
        "m.trickle",
        """
        const K = 5;
        define script s with k = K script let event.n = args.k; event end;
        define tumbling window w with size = 2 end;
        """);
    String query =
        """
        use m;
        create script s from m::s;
        select event from in into s;
        select aggr::win::first(event.n) from s[m::w] into out;
        """;
    Query loaded = Query.load(Run.source(query), path());
    Run run = Run.query(loaded, List.of("{}", "{}"));
    assertThat(run.out).extracting(Emission::value).containsExactly(Value.of(5));
  }

  private ImportPath path() {
    return new ImportPath(List.of(directory));
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String run(String program) {
    Run run = Run.script(Script.load(Run.source(program), path()), List.of("{}"));
    return Json.write(run.out.getFirst().value());
  }

  /** Returns the file and line of each error. */
  private List<String> errors(String program) {
    LoadException error =
        catchThrowableOfType(LoadException.class, () -> Script.load(Run.source(program), path()));
    return error.diagnostics().stream()
        .map(it -> Path.of(it.source().name()).getFileName() + ":" + it.line())
        .toList();
  }
}
