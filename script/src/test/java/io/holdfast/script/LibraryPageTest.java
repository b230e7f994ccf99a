package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.script.aggregate.AggregateFunction;
import io.holdfast.script.aggregate.Aggregates;
import io.holdfast.script.library.Function;
import io.holdfast.script.library.Library;
import io.holdfast.script.library.LibraryModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The page about the library says what the library says. */
class LibraryPageTest {
  private static final Path PAGE = Path.of("../docs/library.md");

  /** Where it is not, {@code mvn test -Dholdfast.pages=write -Dtest=LibraryPageTest} writes it. */
  @Test
  void thePageIsAsTheLibraryDescribesItself() throws IOException {
    if ("write".equals(System.getProperty("holdfast.pages"))) {
      Files.writeString(PAGE, page());
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page());
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # The library

            This page is made from what the functions say about themselves; a test keeps it so.

            A module is there after `use`, by its last name: after `use std::string;` there is \
            `string::len`.
            A module of `std` or `tremor` can also be called without `use`, by its name with `core` in front: \
            `core::string::len`.
            An argument of another type than a function takes is an error at the call.
            """);
    for (LibraryModule module : Library.modules()) {
      if (!module.functions().isEmpty() || !module.constants().isEmpty()) {
        add(module, page);
      }
    }
    page.append("\n# Aggregates\n\nThese combine the events of a window, in a select.\n");
    new TreeMap<>(Aggregates.modules())
        .forEach(
            (path, functions) -> {
              heading(path, page);
              page.append("\n| function | arguments | |\n| --- | --- | --- |\n");
              for (AggregateFunction function : functions) {
                row(
                    function.name(),
                    arity(function.least(), function.most()),
                    function.documentation(),
                    page);
              }
            });
    return page.toString();
  }

  private static void add(LibraryModule module, StringBuilder page) {
    heading(module.path(), page);
    page.append("\n").append(module.documentation()).append("\n");
    if (!module.functions().isEmpty()) {
      page.append("\n| function | arguments | |\n| --- | --- | --- |\n");
      for (Function function : module.functions()) {
        row(
            function.name(),
            arity(function.least(), function.most()),
            function.documentation(),
            page);
      }
    }
    if (!module.constants().isEmpty()) {
      page.append("\n| constant | value |\n| --- | --- |\n");
      module
          .constants()
          .forEach(
              (name, value) -> page.append("| `%s` | `%s` |\n".formatted(name, Json.write(value))));
    }
  }

  private static void heading(String path, StringBuilder page) {
    page.append("\n## ").append(path).append("\n");
  }

  private static void row(String name, String arity, String documentation, StringBuilder page) {
    page.append("| `%s` | %s | %s |\n".formatted(name, arity, documentation.replace("|", "\\|")));
  }

  private static String arity(int least, int most) {
    if (most == Function.ANY_NUMBER) {
      return least + " or more";
    }
    return least == most ? String.valueOf(least) : least + " to " + most;
  }
}
