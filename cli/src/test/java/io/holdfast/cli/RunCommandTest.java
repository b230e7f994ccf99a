package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
  @TempDir private Path directory;

  private final Screen screen = new Screen();

  @BeforeEach
  void writeInput() throws IOException {
    write("in.jsonl", "{\"a\":1}\n\n{\"a\":3.0}\n");
  }

  @Test
  void eachEventThatComesOutIsALine() throws IOException {
    write("s.tremor", "event.a");
    assertThat(run("s.tremor")).isZero();
    assertThat(screen.out()).isEqualTo("1\n3.0\n");
    assertThat(screen.err()).isEmpty();
  }

  @Test
  void linesAreOfTheCodecThatIsNamedOrThatTheFileEndsWith() throws IOException {
    write("s.tremor", "event");
    write("in.csv", "a,\"b c\"\r\n\"open\n");
    assertThat(screen.run("run", "-i", path("in.csv"), path("s.tremor"))).isEqualTo(1);
    assertThat(screen.out()).isEqualTo("[\"a\",\"b c\"]\n");
    assertThat(screen.err()).endsWith("in.csv:2:1: error: a quote of the row is not closed\n");
    write("in.jsonl", "n:1|c\n");
    assertThat(run("s.tremor", "--decoder", "statsd", "--encoder", "JSON")).isZero();
    assertThat(screen.out()).isEqualTo("{\"metric\":\"n\",\"type\":\"c\",\"value\":1}\n");
    write("in.jsonl", "m f=1\n\nm f=2\n");
    write("s.tremor", "event.timestamp");
    assertThat(run("s.tremor", "--decoder", "influx", "--clock", "index")).isZero();
    assertThat(screen.out()).isEqualTo("0\n2\n");
    assertThat(run("s.tremor", "--decoder", "cvs")).isEqualTo(2);
    assertThat(screen.err()).contains("'cvs' is no codec; did you mean 'csv'?");
    write("in.jsonl", "m f=1\n");
    assertThat(run("s.tremor", "--decoder", "influx", "--encoder", "csv")).isEqualTo(1);
    assertThat(screen.err())
        .contains("an event cannot be printed: a row must be an array with elements, not integer");
  }

  @Test
  void portsAndMetadataAreShownIfAskedFor() throws IOException {
    write(
        "s.tremor",
        "let $line = 7; match event.a of case 1 => emit => \"err\" default => <<1>> end");
    assertThat(run("s.tremor", "--ports")).isZero();
    assertThat(screen.out())
        .isEqualTo(
            """
            {"port":"err","event":{"a":1},"meta":{"line":7}}
            {"port":"out","event":"AQ==","meta":{"line":7}}
            """);
    assertThat(run("s.tremor")).isZero();
    assertThat(screen.out()).isEqualTo("\"AQ==\"\n");
    assertThat(screen.err()).isEqualTo("{\"a\":1}\n");
  }

  @Test
  void anErrorIsShownInItsPlaceAndTheNextEventGoesOn() throws IOException {
    write("in.jsonl", "{\"a\":\"x\"}\n{nope\n{\"a\":1}\n");
    write("s.tremor", "event.a + 1");
    assertThat(run("s.tremor")).isEqualTo(1);
    assertThat(screen.out()).isEqualTo("2\n");
    assertThat(screen.err().lines())
        .anyMatch(
            line ->
                line.endsWith(
                    "s.tremor:1:1: error: `+` is not defined for the types"
                        + " string and integer"))
        .anyMatch(line -> line.matches(".*in\\.jsonl:2:2: error: bad JSON: Unexp.*"));
  }

  @Test
  void nothingRunsWhereTheProgramIsWrong() throws IOException {
    write("s.tremor", "event.a +");
    assertThat(run("s.tremor")).isEqualTo(1);
    assertThat(screen.out()).isEmpty();
    assertThat(screen.err()).contains("s.tremor:1:9: error: ").endsWith("nothing runs\n");
    write("q.trickle", "define qos::wal operator w with read_count = 2 end; create operator w;");
    assertThat(run("q.trickle")).isEqualTo(1);
    assertThat(screen.err())
        .contains("q.trickle:1:53: error: operator 'w' needs 'max_elements' or 'max_bytes'")
        .contains("\n1 | define qos::wal operator w with read_count = 2 end; create operator w;\n")
        .endsWith("\nholdfast: 1 error, nothing runs\n");
  }

  @Test
  void aWarningStopsNothing() throws IOException {
    write("s.tremor", "match event.a of case 1 => 1 case 3.0 => 2 end");
    assertThat(run("s.tremor")).isZero();
    assertThat(screen.out()).isEqualTo("1\n2\n");
    assertThat(screen.err()).contains("s.tremor:1:1: warning: ");
  }

  @Test
  void aQueryRunsWithItsOperators() throws IOException {
    write(
        "q.trickle",
        """
        define generic::counter operator c;
        create operator c;
        define generic::batch operator b with count = 2 end;
        create operator b;
        define qos::roundrobin operator r with outputs = ["x", "y"] end;
        create operator r;
        select event from in into c;
        select event.count from c into b;
        select event from b into r;
        select {"x": event} from r/x into out;
        select {"y": event} from r/y into out/late;
        select event.a.b from in into out;
        """);
    assertThat(run("q.trickle", "--ports")).isEqualTo(1);
    assertThat(screen.out())
        .isEqualTo(
            """
            {"port":"out","event":{"x":1},"meta":{}}
            {"port":"late","event":{"y":2},"meta":{}}
            """);
    assertThat(screen.err().lines().filter(line -> line.contains("q.trickle:12:16: error: ")))
        .hasSize(2);
  }

  @Test
  void aBucketLetsItsRateThrough() throws IOException {
    write("in.jsonl", "0\n0\n1\n999999999\n1000000000\n");
    write(
        "q.trickle",
        """
        define script c script let $class = "c"; let $rate = 2; event end;
        create script c;
        define grouper::bucket operator b;
        create operator b;
        select event from in into c;
        select {"t": event} from c into b;
        select event.t from b into out;
        select event.t from b/overflow into out/over;
        """);
    assertThat(run("q.trickle", "--ports", "--clock", "index")).isZero();
    assertThat(screen.out().lines().map(line -> line.substring(0, line.indexOf(",\"meta"))))
        .containsExactly(
            "{\"port\":\"out\",\"event\":0",
            "{\"port\":\"out\",\"event\":0",
            "{\"port\":\"over\",\"event\":1",
            "{\"port\":\"over\",\"event\":999999999",
            "{\"port\":\"over\",\"event\":1000000000");
  }

  @Test
  void theTimeOfAnEventIsItsLineOrItsField() throws IOException {
    write(
        "s.tremor",
        "use tremor::system; use tremor::origin;".replace("; use", ";\nuse")
            + "\n"
            + "[system::ingest_ns(), origin::as_uri_string()]");
    assertThat(run("s.tremor", "--clock", "index", "--origin", "x://y/z")).isZero();
    assertThat(screen.out()).isEqualTo("[0,\"x://y/z\"]\n[2,\"x://y/z\"]\n");
    assertThat(run("s.tremor", "--event-time", "a")).isEqualTo(1);
    assertThat(screen.out()).isEqualTo("[1,\"tremor-script://localhost\"]\n");
    assertThat(screen.err()).contains("in.jsonl:3:1: error: the event has no integer `a`");
  }

  @Test
  void modulesAreFoundInTheFirstDirectoryThatHasThem() throws IOException {
    write("one/a/b.tremor", "const C = 1");
    write("two/a/b.tremor", "const C = 2");
    write("two/std/string.tremor", "const C = 3;");
    write("s.tremor", "use a::b;\nuse std::string;\n[b::C, string::C]");
    assertThat(run("s.tremor", "--import-path", path("one"), "--import-path", path("two")))
        .isZero();
    assertThat(screen.out().lines()).containsOnly("[1,3]");
  }

  @Test
  void stringsAreReadAndWrittenAsTheyAre() throws IOException {
    write("in.txt", "a \"b\"\r\n");
    write("s.tremor", "event + \"!\"");
    String out = path("out.log");
    assertThat(screen.run("run", "-i", path("in.txt"), "-o", out, path("s.tremor"))).isZero();
    assertThat(Path.of(out)).hasContent("a \"b\"!");
  }

  @Test
  void whatIsNeitherScriptNorQueryIsAMistakeInTheCommandLine() throws IOException {
    write("s.txt", "event");
    assertThat(run("s.txt")).isEqualTo(2);
    assertThat(screen.err()).contains("neither a script (.tremor) nor a query (.trickle)");
    assertThat(run("missing.tremor")).isEqualTo(3);
    write("s.tremor", "event");
    assertThat(screen.run("run", "-i", directory.toString(), path("s.tremor"))).isEqualTo(3);
    assertThat(screen.err()).isEqualTo("holdfast: " + directory + ": is a directory\n");
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private int run(String program, String... options) {
    List<String> arguments = new ArrayList<>(List.of("run", "-i", path("in.jsonl")));
    arguments.addAll(List.of(options));
    arguments.add(path(program));
    return screen.run(arguments.toArray(String[]::new));
  }
}
