package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.script.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LettersTest {
  @TempDir private Path directory;

  private final Screen screen = new Screen();

  private int letters(String... arguments) {
    List<String> all = new ArrayList<>(List.of("letters"));
    all.addAll(List.of(arguments));
    all.add(directory.toString());
    return screen.run(all.toArray(String[]::new));
  }

  private static void append(DurableBuffer buffer, String... values) {
    try (RootAllocator allocator = new RootAllocator();
        EventBundle bundle = new EventBundle(allocator)) {
      buffer.append(bundle.encode(events(values)));
    }
  }

  private static List<StoredEvent> events(String... values) {
    List<StoredEvent> events = new ArrayList<>();
    for (String value : values) {
      events.add(StoredEvent.ofJson(value.getBytes(StandardCharsets.UTF_8), 1, events.size()));
    }
    return events;
  }

  private static Delivery take(Subscriber subscriber) {
    return Objects.requireNonNull(subscriber.next(Duration.ofSeconds(30)));
  }

  /** Two letters of a, one of b. */
  private void fill(DurableBuffer buffer) {
    try (Subscriber a = buffer.subscribe("a");
        Subscriber b = buffer.subscribe("b");
        RootAllocator allocator = new RootAllocator();
        EventBundle rest = new EventBundle(allocator)) {
      append(buffer, "{\"x\":1}", "{\"x\":2}", "{\"x\":3}");
      append(buffer, "\"second\"");
      try (Delivery delivery = take(a)) {
        delivery.reject("the \"field\"\nis missing", rest.encode(events("{\"x\":1}", "{\"x\":3}")));
      }
      try (Delivery delivery = take(a)) {
        delivery.reject("too old");
      }
      take(b).close();
      try (Delivery delivery = take(b)) {
        delivery.fail("not yet");
      }
      try (Delivery delivery = take(b)) {
        delivery.reject("other");
      }
    }
  }

  @Test
  void theyAreListedForPeopleBesideTheOwner() {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      assertThat(letters()).isZero();
      assertThat(screen.out()).isEqualTo("no dead letters\n");
      fill(buffer);
      DeadLetter first = buffer.deadLetters("a").list(-1, 1).getFirst();
      assertThat(letters()).isZero();
      assertThat(screen.out().lines())
          .hasSize(4)
          .first()
          .asString()
          .matches("subscriber +number +sequence +given up +attempts +rows +reason");
      assertThat(screen.out())
          .containsPattern("a +0 +0 +20[-0-9T:]+Z +1 +2 +the \"field\" is missing\n")
          .containsPattern("a +1 +1 +20[-0-9T:]+Z +1 +1 +too old\n")
          .containsPattern("b +0 +1 +20[-0-9T:]+Z +\\d +1 +other\n");
      assertThat(letters("--json", "--subscriber", "a", "--number", "0")).isZero();
      assertThat(screen.out())
          .isEqualTo(
              "{\"subscriber\":\"a\",\"number\":0,\"sequence\":0,"
                  + "\"reason\":\"the \\\"field\\\"\\nis missing\",\"given_up_ts_nanos\":"
                  + first.givenUpEpochNanos()
                  + ",\"ingestion_ts_nanos\":"
                  + first.ingestionEpochNanos()
                  + ",\"attempts\":1,\"rows\":2,\"replayed\":false}\n");
      Json.parse(screen.out().strip().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void theirEventsAreExportedWithTheReason() {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      fill(buffer);
      assertThat(letters("--export", "--subscriber", "a")).isZero();
      assertThat(screen.out().lines())
          .containsExactly(
              "{\"subscriber\":\"a\",\"number\":0,\"sequence\":0,"
                  + "\"reason\":\"the \\\"field\\\"\\nis missing\",\"value\":{\"x\":1}}",
              "{\"subscriber\":\"a\",\"number\":0,\"sequence\":0,"
                  + "\"reason\":\"the \\\"field\\\"\\nis missing\",\"value\":{\"x\":3}}",
              "{\"subscriber\":\"a\",\"number\":1,\"sequence\":1,"
                  + "\"reason\":\"too old\",\"value\":\"second\"}");
    }
  }

  @Test
  void aReplayComesToItsSubscriberAndIsALetterNoMoreOnceItIsAcked() {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      fill(buffer);
      assertThat(letters("--replay", "--subscriber", "a")).as("it is in use").isEqualTo(3);
      assertThat(screen.err()).contains("in use");
    }
    assertThat(letters("--replay")).isEqualTo(2);
    assertThat(screen.err()).contains("--subscriber: [a, b]");
    assertThat(letters("--replay", "--subscriber", "a", "--number", "0", "--number", "7"))
        .isEqualTo(1);
    assertThat(screen.err()).contains("a has no dead letter 7");
    assertThat(screen.out()).isEqualTo("1 letter in line again for a\n");
    assertThat(letters()).isZero();
    assertThat(screen.out()).contains("(in line again) the \"field\"");
    assertThat(screen.run("tail", "--subscriber", "a", "--ack", directory.toString())).isZero();
    assertThat(screen.out().lines())
        .containsExactly(
            "{\"sequence\":0,\"attempt\":1,\"value\":{\"x\":1}}",
            "{\"sequence\":0,\"attempt\":1,\"value\":{\"x\":3}}");
    assertThat(letters("--json", "--subscriber", "a")).isZero();
    assertThat(screen.out().lines()).singleElement().asString().contains("\"number\":1");
    assertThat(screen.run("inspect", "--json", directory.toString())).isZero();
    assertThat(screen.out()).contains("\"id\":\"a\"").contains("\"dead_letters\":1");
  }

  @Test
  void aPurgeSaysWhatItWouldDeleteAndDeletesItWhenItIsTold() {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      fill(buffer);
    }
    assertThat(letters("--purge")).isEqualTo(2);
    assertThat(screen.err()).contains("--subscriber: [a, b]").doesNotContain("would delete");
    assertThat(letters("--purge", "--subscriber", "a")).isEqualTo(2);
    assertThat(screen.err()).contains("would delete 2 letters with 3 rows for ever; say --yes");
    assertThat(letters("--purge", "--yes", "--subscriber", "a", "--number", "1")).isZero();
    assertThat(screen.out()).isEqualTo("1 letter deleted of a\n");
    assertThat(letters("--purge", "--yes", "--subscriber", "a")).isZero();
    assertThat(letters("--purge", "--yes")).isZero();
    assertThat(screen.out()).isEqualTo("1 letter deleted of b\n");
    assertThat(letters("--purge", "--yes")).isZero();
    assertThat(screen.out()).isEqualTo("0 letters deleted\n");
    assertThat(letters()).isZero();
    assertThat(screen.out()).isEqualTo("no dead letters\n");
  }

  @Test
  void aSubscriberWithoutLettersIsNamedAndWhoHasSomeToo() {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      fill(buffer);
    }
    for (String[] change :
        List.of(
            new String[] {"--replay"},
            new String[] {"--purge"},
            new String[] {"--purge", "--yes"})) {
      List<String> arguments = new ArrayList<>(List.of(change));
      arguments.addAll(List.of("--subscriber", "aa"));
      assertThat(letters(arguments.toArray(String[]::new))).isEqualTo(2);
      assertThat(screen.err())
          .contains("subscriber aa is not there or has no dead letters; these have some: a, b");
    }
    assertThat(letters("--purge", "--yes", "--subscriber", "a")).isZero();
    assertThat(letters("--purge", "--yes", "--subscriber", "b")).isZero();
    assertThat(letters("--replay", "--subscriber", "b")).isEqualTo(2);
    assertThat(screen.err()).contains("; nobody has any");
  }

  @Test
  void optionsThatDoNotGoTogetherAndWhatIsNotThereAreNamed() {
    assertThat(letters()).isEqualTo(3);
    assertThat(screen.err()).contains(directory.toString()).contains("no buffer");
    assertThat(letters("--replay", "--purge")).isEqualTo(2);
    assertThat(screen.err()).contains("exclude each other");
    assertThat(letters("--yes")).isEqualTo(2);
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      append(buffer, "1");
    }
    assertThat(letters("--subscriber", "../a")).isEqualTo(2);
    assertThat(screen.err()).contains("no subscriber id");
    assertThat(letters("--help")).isZero();
    assertThat(screen.out()).startsWith("Usage: holdfast letters [--json | --export]");
  }

  @Test
  void aDamagedLetterIsNamedAndTheOthersArePrinted() throws IOException {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      fill(buffer);
    }
    Path segment = directory.resolve("dead/a/segments/0000000000000001.qseg");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("second")] ^= 1;
    Files.delete(segment);
    Files.write(segment, bytes);
    assertThat(letters("--subscriber", "a")).isEqualTo(1);
    assertThat(screen.err()).contains("damaged and left out: " + segment);
    assertThat(screen.out()).contains("the \"field\"").doesNotContain("too old");
  }

  @Test
  void anEventThatAPipelineCannotDealWithIsShownReplayedAndDelivered() throws IOException {
    Path lines = directory.resolve("in.txt");
    Path out = directory.resolve("out.txt");
    Path query = directory.resolve("keep.trickle");
    Path data = directory.resolve("data");
    Path config = FileToFile.write(directory);
    String operator =
        """
        define qos::wal operator wal with read_count = 20, max_elements = 100 end;
        create operator wal;
        select event from in into wal;
        """;
    Files.writeString(query, operator + "select {\"n\": event.n} from wal into out;\n");
    Files.writeString(lines, "{\"n\":1}\n{\"m\":2}\n{\"n\":3}\n");
    String[] run = {
      "server", "run", "--data-dir", data.toString(), "-f", config.toString(), query.toString()
    };

    assertThat(screen.run(run)).isZero();

    Path buffer = data.resolve("keep/01/wal");
    assertThat(Files.readString(out)).isEqualTo("{\"n\":1}\n{\"n\":3}\n");
    assertThat(screen.err()).contains("delivered 2, repeated 0, still kept 0, refused 1\n");
    assertThat(screen.run("letters", "--export", buffer.toString())).isZero();
    assertThat(screen.out())
        .startsWith("{\"subscriber\":\"pipeline\",\"number\":0,")
        .contains("keep.trickle:4")
        .endsWith(",\"value\":{\"m\":2}}\n")
        .hasLineCount(1);

    Files.writeString(query, operator + "select event from wal into out;\n");
    Files.writeString(lines, "");
    assertThat(screen.run("letters", "--replay", buffer.toString())).isZero();
    assertThat(screen.run(run)).isZero();

    assertThat(Files.readString(out)).isEqualTo("{\"n\":1}\n{\"n\":3}\n{\"m\":2}\n");
    assertThat(screen.run("letters", buffer.toString())).isZero();
    assertThat(screen.out()).isEqualTo("no dead letters\n");
  }
}
