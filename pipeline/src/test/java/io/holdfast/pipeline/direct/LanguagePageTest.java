package io.holdfast.pipeline.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Diagnostic;
import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.Json;
import io.holdfast.script.LoadException;
import io.holdfast.script.Query;
import io.holdfast.script.QueryInstance;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Script;
import io.holdfast.script.ScriptException;
import io.holdfast.script.ScriptInstance;
import io.holdfast.script.SourceFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page about the language: its examples do what it says. */
class LanguagePageTest {
  private static final Path PAGE = Path.of("../docs/language.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("^```(tremor|trickle)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern EXPECTATION = Pattern.compile("^# (\\w+): (.*)$", Pattern.MULTILINE);
  private static final Environment ENVIRONMENT =
      new Environment("localhost", "test", "0", () -> 42L, RandomGenerator.of("SplittableRandom"));

  /**
   * An example.
   *
   * @param language the ending of its file
   * @param text the program, with what it does in comments at its end
   */
  record Example(String language, String text) {
    List<MatchResult> expectations() {
      return EXPECTATION.matcher(text).results().toList();
    }
  }

  static Stream<Example> examples() throws IOException {
    return EXAMPLE
        .matcher(Files.readString(PAGE))
        .results()
        .map(found -> new Example(found.group(1), found.group(2)));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleDoesWhatThePageSays(Example example) {
    List<String> input = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (MatchResult line : example.expectations()) {
      switch (line.group(1)) {
        case "in" -> input.add(line.group(2));
        case "error" -> expected.add("error: " + line.group(2));
        default -> expected.add(line.group(1) + ": " + Json.write(Json.parse(line.group(2))));
      }
    }
    assertThat(expected).isNotEmpty();

    assertThat(answers(example, input)).containsExactlyElementsOf(expected);
  }

  private static List<String> answers(Example example, List<String> input) {
    List<String> answers = new ArrayList<>();
    QueryInstance.Output output =
        new QueryInstance.Output() {
          @Override
          public void emitted(Emission emission) {
            answers.add(emission.port() + ": " + Json.write(emission.value()));
          }

          @Override
          public void failed(ScriptException error) {
            answers.add(place(error.diagnostic()));
          }
        };
    SourceFile source = SourceFile.of("language.md", example.text());
    try {
      if (example.language().equals("tremor")) {
        ScriptInstance script = Script.load(source).start(ENVIRONMENT);
        events(input).forEach(event -> run(script, event, output));
      } else {
        DirectQuery query =
            Objects.requireNonNull(
                DirectQuery.of(Query.load(source), ENVIRONMENT, new ConfigErrors()));
        events(input).forEach(event -> query.run(event, output));
      }
    } catch (LoadException e) {
      e.diagnostics().forEach(it -> answers.add(place(it)));
    }
    return answers;
  }

  private static void run(ScriptInstance script, EventContext event, QueryInstance.Output output) {
    try {
      script.run(event).ifPresent(output::emitted);
    } catch (ScriptException e) {
      output.failed(e);
    }
  }

  private static Stream<EventContext> events(List<String> input) {
    URI origin = URI.create("test:/");
    return input.stream()
        .map(line -> new EventContext(Json.parse(line), RecordValue.empty(), 0, origin));
  }

  private static String place(Diagnostic diagnostic) {
    return "error: " + diagnostic.line() + ":" + diagnostic.column();
  }
}
