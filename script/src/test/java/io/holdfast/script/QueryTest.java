package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class QueryTest {
  private static final String TUTORIAL =
      """
      use tremor::system;
      define qos::wal operator on_disk_wal
      with
        read_count = 20,
        max_elements = 1000, # Capacity limit of 1000 stored events
        max_bytes = 10485760 # Capacity limit of 1MB of events
      end;
      create operator on_disk_wal;
      select patch event of
        insert hostname = system::hostname()
      end
      from in into on_disk_wal;
      select event from on_disk_wal into out;
      """;

  @Test
  void theTutorialLoadsAsItIs() {
    Query query = Query.load(SourceFile.of("persistent.trickle", TUTORIAL));

    assertThat(query.warnings()).isEmpty();
    assertThat(query.nodes())
        .extracting(QueryNode::id)
        .containsExactly("in", "out", "err", "metrics", "on_disk_wal", "select#1", "select#2");
    assertThat(query.edges().stream().map(QueryTest::text))
        .containsExactly(
            "in/in -> select#1/in",
            "select#1/out -> on_disk_wal/in",
            "on_disk_wal/out -> select#2/in",
            "select#2/out -> out/out");
    QueryNode.Operator wal = (QueryNode.Operator) query.nodes().get(4);
    assertThat(wal.type()).isEqualTo("qos::wal");
    assertThat(query.source().text(wal.typeSpan())).isEqualTo("qos::wal");
    assertThat(wal.settings().stream().map(it -> it.name() + "=" + it.value()))
        .containsExactly("read_count=20", "max_elements=1000", "max_bytes=10485760");
    assertThat(query.source().text(wal.settings().get(2).valueSpan())).isEqualTo("10485760");
  }

  @Test
  void aSelectMayGoIntoWhatIsCreatedBelow() {
    Run run =
        Run.query(
            "select event from in into s; create stream s; select event + 1 from s into out;",
            List.of("1"));

    assertThat(run.out).extracting(Emission::value).containsExactly(Value.of(2));
  }

  @Test
  void allThatIsMissingIsSaidAtOnce() {
    LoadException error =
        catchThrowableOfType(
            LoadException.class,
            () ->
                Query.load(
                    Run.source(
                        """
                        select nope from in into a;
                        select event from b into out;
                        define script s script event end;
                        create script s;
                        create script s;
                        create operator t;
                        select 1 from in[w] into out;
                        """)));

    assertThat(error.diagnostics())
        .extracting(it -> it.line() + ":" + it.column())
        .containsExactly("1:8", "1:26", "2:19", "5:1", "6:17", "7:18");
  }

  @Test
  void theTutorialsSelectAddsTheHostname() {
    Query query = Query.load(SourceFile.of("persistent.trickle", TUTORIAL));
    QueryNode.Selected selected = (QueryNode.Selected) query.nodes().get(5);

    List<Emission> out =
        selected.select().start(Run.ENVIRONMENT).apply(event("{\"onramp\":\"metronome\"}"));

    assertThat(out)
        .containsExactly(
            new Emission(
                "out",
                Json.parse("{\"onramp\":\"metronome\",\"hostname\":\"localhost\"}"),
                RecordValue.empty()));
  }

  @Test
  void configLinesAreKept() {
    Query query =
        Query.load(
            Run.source(
                "#!config id = \"main\"\n#!config metrics_interval_s = 10\n"
                    + "select event from in into out;"));

    assertThat(query.config().stream().map(it -> it.name() + "=" + it.value()))
        .containsExactly("id=\"main\"", "metrics_interval_s=10");
  }

  @Test
  void settingsOfACreationReplaceThoseOfItsDefinition() {
    Query query =
        Query.load(
            Run.source(
                """
                define generic::batch operator small with count = 2, timeout = 5 end;
                create operator large from small with count = 100 end;
                select event from in into large;
                select event from large into out;
                """));

    QueryNode.Operator large = (QueryNode.Operator) query.nodes().get(4);
    assertThat(large.id()).isEqualTo("large");
    assertThat(large.settings().stream().map(it -> it.name() + "=" + it.value()))
        .containsExactly("count=100", "timeout=5");
  }

  @Test
  void argumentsOfACreationReplaceThoseOfTheScript() {
    Run run =
        Run.query(
            """
            define script add with k = 1, m = 0
            script
              event + args.k + args.m
            end;
            create script one from add;
            create script ten from add with k = 10 end;
            select event from in into one;
            select event from in into ten;
            select event from one into out;
            select event from ten into out;
            """,
            List.of("1"));

    assertThat(run.out).extracting(Emission::value).containsExactly(Value.of(2), Value.of(11));
  }

  @Test
  void portsAreNamedAsWritten() {
    Query query =
        Query.load(
            Run.source(
                """
                create stream s;
                select event from in/late into s;
                select event from s into out/other;
                select event from s into err;
                """));

    assertThat(query.edges().stream().map(QueryTest::text))
        .containsExactly(
            "in/late -> select#1/in",
            "select#1/out -> s/in",
            "s/out -> select#2/in",
            "select#2/out -> out/other",
            "s/out -> select#3/in",
            "select#3/out -> err/err");
  }

  @Test
  void havingLooksAtWhatWasSelected() {
    Run run =
        Run.query(
            "select {\"n\": event.n * 2} from in where event.n > 0 into out having event.n > 3",
            List.of("{\"n\":-5}", "{\"n\":1}", "{\"n\":2}"));

    assertThat(run.out).extracting(Emission::value).containsExactly(Json.parse("{\"n\":4}"));
  }

  @Test
  void allErrorsOfAFileAreReportedInOrder() {
    LoadException thrown =
        Objects.requireNonNull(
            catchThrowableOfType(
                LoadException.class,
                () ->
                    Query.load(
                        Run.source(
                            """
                            use tremor::system;
                            create operator missing;
                            select system::hostnam() from in into out;
                            select event from inn into out;
                            select nope from in into missing;
                            """))));

    assertThat(thrown.diagnostics().stream().map(Diagnostic::header))
        .containsExactly(
            "test:2:17: error: there is no definition of the operator `missing`",
            "test:3:8: error: there is no function `hostnam` in the module `tremor::system`",
            "test:4:19: error: there is no stream, operator or script `inn` above",
            "test:5:8: error: there is no `nope` here");
    assertThat(thrown.diagnostics().stream().map(Diagnostic::hint).skip(1).limit(2))
        .containsExactly("did you mean `hostname`?", "did you mean `in`?");
  }

  @Test
  void aSyntaxErrorDoesNotHideThoseOfLaterStatements() {
    LoadException thrown =
        Objects.requireNonNull(
            catchThrowableOfType(
                LoadException.class,
                () ->
                    Query.load(
                        Run.source(
                            """
                            select event form in into out;
                            define script s script 1 + end;
                            select event from in int out;
                            """))));

    assertThat(thrown.diagnostics().stream().map(Diagnostic::header))
        .containsExactly(
            "test:1:14: error: expected `from`, found the name `form`",
            "test:2:28: error: expected an expression, found `end`",
            "test:3:22: error: expected `[` or `where` or `group by` or `into`, found the name"
                + " `int`");
    assertThat(thrown.diagnostics().stream().map(Diagnostic::hint))
        .containsExactly("did you mean `from`?", null, "did you mean `into`?");
  }

  @Test
  void aLongChainOfStreamsIsNoProblem() {
    StringBuilder query = new StringBuilder();
    String from = "in";
    for (int i = 0; i < 5000; i++) {
      query.append("create stream s").append(i).append(";\n");
      query.append("select event from ").append(from).append(" into s").append(i).append(";\n");
      from = "s" + i;
    }

    assertThat(Query.load(Run.source(query.toString())).edges()).hasSize(10_000);
  }

  private static String text(QueryEdge edge) {
    return edge.from() + "/" + edge.fromPort() + " -> " + edge.to() + "/" + edge.toPort();
  }

  private static EventContext event(String json) {
    return new EventContext(Json.parse(json), RecordValue.empty(), 0, URI.create("test://x"));
  }
}
