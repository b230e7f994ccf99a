package io.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.script.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir private Path root;

  @Test
  void theOrderOfTheFilesDoesNotMatter() {
    Folder binding = new Folder(root).with("binding.yaml", Folder.BINDING);
    Folder backwards =
        binding
            .with("wal.trickle", Folder.WAL)
            .with("ws.yaml", Folder.WS)
            .with("metronome.yaml", Folder.METRONOME);

    assertThat(PlanText.of(backwards.read().plan(), root))
        .isEqualTo(PlanText.of(Folder.good(root).read().plan(), root));
  }

  @Test
  void everythingInOneFileIsTheSame() {
    Folder one =
        new Folder(root)
            .with("all.yaml", Folder.BINDING + Folder.WS + Folder.METRONOME)
            .with("wal.trickle", Folder.WAL);

    assertThat(one.problems()).isEmpty();
    assertThat(one.read().plan().links()).hasSize(2);
  }

  @Test
  void aLinkToMainMeansTheOnlyQueryAndAWarningNamesBoth() {
    Folder folder =
        Folder.good(root).with("binding.yaml", Folder.BINDING.replace("/wal/", "/main/"));

    assertThat(folder.problems())
        .containsExactly(
            "binding.yaml:4:44: warning: there is no pipeline 'main'; it is taken to be 'wal'"
                + " (wal.trickle), the only query there is");
    assertThat(folder.read().plan().buffers())
        .allSatisfy(
            buffer ->
                assertThat(buffer.directory())
                    .isEqualTo(folder.dataDirectory().resolve("wal/01/wal")));
  }

  @Test
  void aQueryUsesTheModulesBesideIt() throws IOException {
    Files.writeString(root.resolve("limits.tremor"), "const MOST = 7;");
    Folder folder =
        Folder.good(root)
            .with("wal.trickle", "use limits;\n" + Folder.WAL.replace("1000", "limits::MOST"));

    assertThat(folder.problems()).isEmpty();
    assertThat(folder.with("wal.trickle", "use limit;\n" + Folder.WAL).problems())
        .containsExactly("wal.trickle:1:11: error: there is no module `limit`");
  }

  @Test
  void aLinkToMainIsAnErrorWhenThereAreTwoQueries() {
    Folder folder =
        Folder.good(root)
            .with("binding.yaml", Folder.BINDING.replace("/wal/", "/main/"))
            .with("other.trickle", "select event from in into out;\n");

    assertThat(folder.problems())
        .contains("binding.yaml:4:44: error: there is no pipeline 'main'; known: wal, other");
  }

  @Test
  void allErrorsOfAllFilesAreListedFileByFile() {
    Folder folder =
        new Folder(root)
            .with("metronome.yaml", Folder.METRONOME.replace("type: m", "type: n"))
            .with("ws.yaml", Folder.WS.replace("url", "ulr"))
            .with("binding.yaml", Folder.BINDING.replace("/offramp/ws/", "/offramp/sw/"))
            .with("wal.trickle", "select event from in into nowhere;\n");

    List<String> problems = folder.problems();

    assertThat(problems)
        .contains(
            "metronome.yaml:3:11: error: there is no onramp type 'netronome'; did you mean"
                + " 'metronome'?",
            "ws.yaml:5:7: error: unknown key 'ulr' of sink 'ws'; did you mean 'url'?",
            "binding.yaml:5:40: error: there is no offramp 'sw'; did you mean 'ws'?");
    assertThat(problems).anySatisfy(p -> assertThat(p).startsWith("wal.trickle:1:"));
    assertThat(problems.stream().map(p -> p.substring(0, p.indexOf(':'))).distinct())
        .containsExactly("metronome.yaml", "ws.yaml", "binding.yaml", "wal.trickle");
  }

  @Test
  void anErrorShowsTheLineAndPointsAtTheWord() {
    Folder folder =
        Folder.good(root)
            .with("binding.yaml", Folder.BINDING.replace("/offramp/ws/", "/offramp/sw/"));

    assertThatThrownBy(folder::read)
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.diagnostics().getFirst().render().lines().skip(1))
                    .containsExactly(
                        "5 |       \"/pipeline/wal/{instance}/out\":"
                            + " [\"/offramp/sw/{instance}/in\"]",
                        "  |                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^"));
  }

  @Test
  void whatIsNotYamlIsAnErrorWithItsPlace() {
    assertThat(
            Folder.good(root).with("ws.yaml", "offramp:\n  - id: [ws\n    type: ws\n").problems())
        .anySatisfy(p -> assertThat(p).startsWith("ws.yaml:3:").contains("error: not YAML: "));
    assertThat(Folder.good(root).with("ws.yaml", "\tofframp: 1\n").problems())
        .anySatisfy(p -> assertThat(p).startsWith("ws.yaml:1:1: error: not YAML: "));
  }

  @Test
  void wrongKindsAreErrors() {
    assertThat(new Folder(root).with("a.yaml", "- onramp\n").problems())
        .contains(
            "a.yaml:1:1: error: this file must be a map with 'onramp', 'offramp', 'binding' or"
                + " 'mapping', not a list");
    assertThat(
            new Folder(root)
                .with(
                    "a.yaml",
                    """
                    onramp:
                      id: metronome
                    offramp:
                      - ws
                    binding:
                      - id: 7
                        links: []
                    mapping:
                      - /binding/a/01
                    """)
                .problems())
        .containsExactly(
            "a.yaml:2:3: error: 'onramp' must be a list (each onramp begins with '- id:'), not a"
                + " map",
            "a.yaml:4:5: error: each offramp must be a map, not a string",
            "a.yaml:6:9: error: 'id' of this binding must be a string, not an integer",
            "a.yaml:7:12: error: 'links' must be a map from one link to a list of links, not a"
                + " list",
            "a.yaml:9:3: error: 'mapping' must be a map, not a list");
  }

  @Test
  void aCodecThatIsNoNameIsAnError() {
    assertThat(
            new Folder(root)
                .with(
                    "a.yaml",
                    """
                    offramp:
                      - id: out
                        type: stdout
                        codec:
                          name: json
                    """)
                .problems())
        .contains("a.yaml:5:7: error: 'codec' of offramp 'out' must be a string, not a map");
  }

  @Test
  void unknownKeysAndKeysTwiceAreErrors() {
    assertThat(
            new Folder(root)
                .with(
                    "a.yaml",
                    """
                    onrampp:
                      - id: x
                    offramp:
                      - id: ws
                        typ: ws
                        id: again
                    """)
                .problems())
        .containsExactly(
            "a.yaml:1:1: error: unknown key 'onrampp' of a configuration file; did you mean"
                + " 'onramp'?",
            "a.yaml:4:5: error: offramp 'ws' needs 'type'",
            "a.yaml:5:5: error: unknown key 'typ' of offramp 'ws'; did you mean 'type'?",
            "a.yaml:6:5: error: the key 'id' is here twice; the first is in line 4");
  }

  @Test
  void whatTremorHasAndHoldfastHasNotIsRefusedAndNotIgnored() {
    assertThat(
            Folder.good(root)
                .with("ws.yaml", Folder.WS + "    preprocessors:\n      - gzip\n    linked: true\n")
                .problems())
        .containsExactly(
            "ws.yaml:7:7: error: 'preprocessors' is not supported; remove it from the offramp",
            "ws.yaml:8:13: error: 'linked: true' is not supported; remove it");
  }

  @Test
  void duplicateIdsAreErrorsThatNameTheFirst() {
    Folder folder = Folder.good(root).with("more.yaml", Folder.WS + Folder.BINDING);

    assertThat(folder.problems())
        .contains(
            "more.yaml:2:9: error: the offramp 'ws' is defined twice; the first is at ws.yaml:2:9")
        .hasSize(3);
  }

  @Test
  void linksThatCannotBeAreErrors() {
    assertThat(
            Folder.good(root)
                .with(
                    "binding.yaml",
                    """
                    binding:
                      - id: default
                        links:
                          "/onramp/metronome/01/out": ["/offramp/ws/01/in", "/pipeline/wal/01/inn"]
                          "/offramp/ws/01/out": ["/pipeline/wal/01/in"]
                          "/pipeline/wal/01/out": ["/onramp/metronome/01/in", "ws", "/pipelin/wal/01/in"]
                          "/pipeline/wal/{inst}/out": ["/offramp/ws/01/err", "/offramp/../01/in"]
                    mapping:
                      /binding/default/01:
                        instance: "01"
                      /binding/defalt/02:
                        instance: 02
                    """)
                .problems())
        .containsExactly(
            "binding.yaml:4:36: error: an onramp leads to a pipeline; put a query between, 'select"
                + " event from in into out;' for instance",
            "binding.yaml:4:57: error: pipeline 'wal' has no input 'inn'; did you mean 'in'?",
            "binding.yaml:5:7: error: a link begins at an onramp or a pipeline, not at an offramp",
            "binding.yaml:6:32: error: a link ends at a pipeline or an offramp, not at an onramp",
            "binding.yaml:6:59: error: 'ws' is not a link; write"
                + " /<onramp|pipeline|offramp>/<id>/<instance>/<port>",
            "binding.yaml:6:65: error: 'pipelin' in '/pipelin/wal/01/in' is unknown; did you mean"
                + " 'pipeline'?",
            "binding.yaml:7:7: error: the mapping /binding/default/01 does not set 'inst'; known:"
                + " instance",
            "binding.yaml:7:36: error: an offramp has the port 'in' only, not 'err'",
            "binding.yaml:7:58: error: '..' in '/offramp/../01/in' is not a name: letters, digits,"
                + " '_', '-', '.' and ':' make one",
            "binding.yaml:11:3: error: there is no binding 'defalt'; did you mean 'default'?",
            "binding.yaml:12:15: error: 'instance' must be a string, not an integer; put it into"
                + " quotes");
  }

  @Test
  void aCircleOfPipelinesIsAnError() {
    assertThat(
            Folder.good(root)
                .with("other.trickle", "select event from in into out;\n")
                .with(
                    "binding.yaml",
                    Folder.BINDING
                        .replace(
                            "[\"/offramp/ws/{instance}/in\"]",
                            "[\"/offramp/ws/{instance}/in\", \"/pipeline/other/{instance}/in\"]")
                        .replace(
                            "mapping:",
                            "      \"/pipeline/other/{instance}/out\":"
                                + " [\"/pipeline/wal/{instance}/in\"]\nmapping:"))
                .problems())
        .anySatisfy(
            p ->
                assertThat(p)
                    .startsWith("binding.yaml:6:")
                    .contains("events would go in a circle"));
  }

  @Test
  void twoOperatorsOnOneDirectoryAreAnError() {
    Folder folder =
        Folder.good(root)
            .with("wal.trickle", Folder.WAL.replace("read_count", "dir = \"store\", read_count"))
            .with(
                "more.yaml",
                """
                mapping:
                  /binding/default/02:
                    instance: "02"
                """);

    assertThat(folder.problems())
        .containsExactly(
            "wal.trickle:2:1: error: the buffer wal/02/wal would be in store, where wal/01/wal"
                + " (wal.trickle:2:1) is already; give it another 'dir', or none");
  }

  @Test
  void backupFilesAreLeftOutWithAWarning() {
    Folder folder =
        Folder.good(root)
            .with("ws.yaml~", "not: yaml: at: all")
            .with("#ws.yaml#", "")
            .with(".ws.yaml.swp", "")
            .with("ws.yaml.bak", "")
            .with("ws.yaml.orig", "");

    assertThat(folder.problems())
        .hasSize(5)
        .contains("ws.yaml~:1:1: warning: this looks like an editor's backup file and is left out")
        .allMatch(p -> p.contains("warning: this looks like an editor's backup file"));
  }

  @Test
  void filesOfOtherKindsFoldersAndMissingOnesAreErrors() throws Exception {
    Files.createDirectory(root.resolve("folder"));
    Files.write(
        root.resolve("latin.yaml"), "onramp: [] # \u00e9".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(
            Folder.good(root)
                .with("notes.txt", "hello")
                .naming("folder")
                .naming("missing.yaml")
                .naming("latin.yaml")
                .problems())
        .containsExactly(
            "notes.txt:1:1: error: files of this kind are not read; configuration ends in .yaml or"
                + " .yml, queries end in .trickle",
            "folder:1:1: error: this is a directory; name the files in it, "
                + "folder/* for instance",
            "missing.yaml:1:1: error: there is no such file",
            "latin.yaml:1:14: error: this is not valid UTF-8");
  }

  @Test
  void whatNoMappingUsesIsAWarning() {
    assertThat(
            Folder.good(root)
                .with(
                    "more.yaml",
                    """
                    offramp:
                      - id: idle
                        type: stdout
                    binding:
                      - id: spare
                        links:
                          "/pipeline/wal/{instance}/out": ["/offramp/ws/{instance}/in"]
                    """)
                .with("other.trickle", "select event from in into out;\n")
                .problems())
        .containsExactly(
            "more.yaml:2:9: warning: the offramp 'idle' is in no mapped link, so it does not run",
            "more.yaml:5:9: warning: the binding 'spare' is in no mapping, so it does nothing",
            "other.trickle:1:1: warning: the pipeline 'other' is in no mapped link, so it does not"
                + " run");
  }

  @Test
  void anOutputWithoutALinkIsAWarning() {
    assertThat(
            Folder.good(root)
                .with(
                    "wal.trickle",
                    """
                    select event from in into out;
                    select event from in into out/copies;
                    select event.reason from in into err;
                    """)
                .problems())
        .containsExactly(
            "wal.trickle:1:1: warning: no link begins at /pipeline/wal/01/copies, so what the query"
                + " sends there is gone; link it to an offramp");
  }

  @Test
  void withoutAMappingNothingWouldRunAndThatIsAnError() {
    assertThat(new Folder(root).with("ws.yaml", Folder.WS).problems())
        .contains(
            "ws.yaml:1:1: error: nothing would run: no mapping instantiates a binding in these"
                + " files");
  }

  @Test
  void anAliasWithinItselfIsAnError() {
    assertThat(new Folder(root).with("a.yaml", "onramp: &a [*a]\n").problems())
        .anySatisfy(p -> assertThat(p).contains("this contains itself through an alias"));
  }

  @Test
  void whatIsNestedTooDeeplyIsAnErrorWithItsPlace() {
    assertThat(new Folder(root).with("a.yaml", "onramp:\n" + "- ".repeat(20_000)).problems())
        .anySatisfy(
            p -> assertThat(p).startsWith("a.yaml:2:").contains("nested deeper than 100 levels"));
  }

  @Test
  void aliasesThatUnfoldWithoutMeasureAreAnError() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i <= 24; i++) {
      yaml.append("a%1$d: &a%1$d [*a%2$d, *a%2$d]\n".formatted(i, i - 1));
    }
    assertThat(new Folder(root).with("a.yaml", yaml.toString()).problems())
        .anySatisfy(p -> assertThat(p).startsWith("a.yaml:").contains("aliases"));
  }

  @Test
  void aKeyThatIsThereTwiceIsSaidOnceHoweverOftenItUnfolds() {
    StringBuilder yaml = new StringBuilder("a0: &a0 {" + "k, ".repeat(1_000) + "}\n");
    for (int i = 1; i <= 10; i++) {
      yaml.append("a%1$d: &a%1$d [*a%2$d, *a%2$d]\n".formatted(i, i - 1));
    }
    assertThat(new Folder(root).with("a.yaml", yaml.toString()).problems())
        .hasSizeLessThan(1_100)
        .anySatisfy(p -> assertThat(p).startsWith("a.yaml:").contains("aliases"));
  }

  @Test
  void aSecondDocumentIsAnError() {
    assertThat(new Folder(root).with("a.yaml", "onramp: []\n---\nofframp: []\n").problems())
        .anySatisfy(p -> assertThat(p).startsWith("a.yaml:").contains("a second YAML document"));
  }

  @Test
  void readingTouchesNothing() {
    Folder folder = Folder.good(root);
    folder.read();

    assertThat(folder.dataDirectory()).doesNotExist();
  }

  @Test
  void warningsComeWithAGoodConfiguration() {
    Configuration configuration = Folder.good(root).with("ws.yaml~", "").read();

    assertThat(configuration.warnings())
        .singleElement()
        .extracting(Diagnostic::severity)
        .isEqualTo(Diagnostic.Severity.WARNING);
  }
}
