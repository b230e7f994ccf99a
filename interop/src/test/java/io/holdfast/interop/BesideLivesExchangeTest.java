package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.LockedException;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same life, led by either engine in a directory of its own. What must hold is asserted of
 * ours; of Rust's the answer is put beside it.
 */
@Tag("exchange")
@Timeout(300)
class BesideLivesExchangeTest {
  private static final Beside TABLE = new Beside();

  @TempDir private Path folder;

  @AfterAll
  static void printTable() {
    System.out.println("\nOne life, led by either engine:\n\n" + TABLE);
  }

  /** Appends and says the digests. */
  private static List<String> append(Life life, long seed, int bundles, int ballast) {
    List<String> digests = new ArrayList<>();
    try (RandomBundles source = new RandomBundles(seed, true, ballast)) {
      for (int i = 0; i < bundles; i++) {
        source.next(
            (bundle, digest) -> {
              life.append(bundle);
              digests.add(digest);
            });
      }
    }
    return digests;
  }

  private static Delivery take(Subscriber subscriber) {
    return Objects.requireNonNull(subscriber.next(Duration.ofSeconds(10)), "nothing comes");
  }

  private static List<String> both(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  @Test
  void whatIsConfirmedIsThereWhenTheProcessEndsAtOnce() {
    int rustLacks = 0;
    for (int run = 0; run < 60; run++) {
      Path data = folder.resolve("rust-" + run);
      String steps = "[" + Beside.ingest(0, 1) + ",\"abort\"]";
      // With nobody who reads what it says it ends at once.
      Oracle.attemptUnder(
          List.of("sh", "-c", "exec \"$@\" >/dev/null", "sh"),
          "write",
          data.toString(),
          "--spec",
          steps);
      if (!Beside.without(Oracle.generate(steps), Beside.read(data).digests()).isEmpty()) {
        rustLacks++;
      }
    }
    int runs = 5;
    for (int run = 0; run < runs; run++) {
      Path data = folder.resolve("ours-" + run);
      List<String> acked = Writer.of(data, 1, run).run().acked();
      assertThat(acked).hasSize(1);
      assertThat(Beside.peek(data)).isEqualTo(acked);
    }
    TABLE.add(
        1,
        "the process ends right after an ack (25 ms, its default)",
        "an acked bundle is lost in " + rustLacks + " of 60 runs",
        "in 0 of " + runs + " runs");
  }

  @Test
  void aSegmentThatCannotBeWrittenOnceCostsNothing() throws Exception {
    Path rust = folder.resolve("rust");
    String steps =
        """
        [%s,{"shell":"mv $DIR/segments $DIR/kept; touch $DIR/segments"},"flush",
        {"shell":"rm $DIR/segments; mv $DIR/kept $DIR/segments"},%s,"flush","shutdown"]\
        """
            .formatted(Beside.ingest(0, 10), Beside.ingest(10, 10));
    Oracle.write(rust, steps);
    Path ours = folder.resolve("ours");
    List<String> acked = new ArrayList<>();
    try (Life life = Life.open(ours, one -> one.withCapBytes(BufferOptions.MIN_CAP_BYTES));
        Subscriber subscriber = life.buffer().subscribe("b")) {
      Path segments = ours.resolve("segments");
      assertThat(segments).as("is made for the first segment").doesNotExist();
      Files.createFile(segments);
      acked.addAll(append(life, 1, 10, 700_000));
      life.buffer().flush();
      Files.delete(segments);
      acked.addAll(append(life, 2, 10, 100));
      assertThat(subscriber.backlog().bundles()).isEqualTo(20);
    }
    List<String> got = Beside.peek(ours);
    assertThat(got).isEqualTo(acked);
    TABLE.add(
        2,
        "a segment cannot be written once, then 10 more and a clean stop",
        Beside.came(Beside.read(rust), Oracle.generate(steps)),
        Beside.came(got, acked));
  }

  @Test
  void aCrashInsideARotationSkipsNothing() throws Exception {
    Path rust = folder.resolve("rust");
    String before = "[" + Beside.ingest(0, 10) + ",\"abort\"]";
    String after =
        "[" + Beside.ingest(10, 3) + ",\"flush\"," + Beside.ingest(13, 3) + ",\"abort\"]";
    Oracle.write(rust, before);
    Path log = Path.of("wal", "quiver.wal");
    Files.move(rust.resolve(log), rust.resolve("wal").resolve("quiver.wal.1"));
    Files.createFile(rust.resolve(log));
    Path ours = Directories.copy(rust, folder.resolve("ours"));
    Oracle.write(rust, after);
    List<String> acked = both(Oracle.generate(before), Writer.of(ours, 6, 7).run().acked());
    List<String> got = Beside.peek(ours);
    assertThat(got).isEqualTo(acked);
    TABLE.add(
        3,
        "a crash between the two steps of a rotation, 6 more, aborted",
        Beside.came(Beside.read(rust), both(Oracle.generate(before), Oracle.generate(after))),
        Beside.came(got, acked));
  }

  private static long cursor(Path data) throws IOException {
    byte[] sidecar = Files.readAllBytes(data.resolve("wal").resolve("quiver.wal.cursor"));
    return ByteBuffer.wrap(sidecar).order(ByteOrder.LITTLE_ENDIAN).getLong(12);
  }

  @Test
  void theCursorDoesNotGoBackInARestart() throws Exception {
    Path rust = folder.resolve("rust");
    String[] small = {"--rotation-target", "3500"};
    String first = "[" + Beside.ingest(0, 7) + ",\"flush\",\"shutdown\"]";
    String second = "[" + Beside.ingest(7, 4) + ",\"abort\"]";
    Oracle.write(rust, first, small);
    long rustBefore = cursor(rust);
    Oracle.write(rust, second, small);
    long rustAfter = cursor(rust);
    List<String> confirmed = both(Oracle.generate(first), Oracle.generate(second));
    Path ours = folder.resolve("ours");
    List<String> acked = new ArrayList<>();
    try (Life life = Life.open(ours)) {
      acked.addAll(append(life, 1, 7, 100));
    }
    long before = cursor(ours);
    acked.addAll(Writer.of(ours, 4, 3).run().acked());
    assertThat(cursor(ours)).isGreaterThanOrEqualTo(before);
    List<String> got = Beside.peek(ours);
    assertThat(got).isEqualTo(acked);
    TABLE.add(
        4,
        "the cursor before and after a restart, then a read",
        "%d, then %d; %s"
            .formatted(rustBefore, rustAfter, Beside.came(Beside.read(rust), confirmed)),
        "%d, then %d; %s".formatted(before, cursor(ours), Beside.came(got, acked)));
  }

  @Test
  void sequencesGoOnAfterEverythingWasDeliveredAndDeleted() {
    Path rust = folder.resolve("rust");
    String[] small = {"--rotation-target", "1"};
    Oracle.write(
        rust,
        "[{\"subscribe\":\"a\"},"
            + Beside.ingest(0, 4)
            + ",\"flush\",{\"ack\":{\"subscriber\":\"a\"}},\"maintain\",\"shutdown\"]",
        small);
    Oracle.write(rust, "[" + Beside.ingest(4, 3) + ",\"abort\"]", small);
    List<Long> rusts = new ArrayList<>();
    for (JsonNode log : Beside.logs(Oracle.inspect(rust))) {
      log.get("entries").forEach(entry -> rusts.add(entry.get("sequence").asLong()));
    }
    Path ours = folder.resolve("ours");
    try (Life life = Life.open(ours)) {
      append(life, 1, 4, 100);
      life.resolve("a", place -> true);
    }
    try (Life life = Life.open(ours)) {
      long next = life.append(RecordBundle.builder().build());
      assertThat(next).isGreaterThan(3);
      TABLE.add(
          5,
          "4 are delivered, acked and deleted; the sequences after a restart",
          "from " + rusts.getFirst() + " on",
          "from " + next + " on");
    }
  }

  @Test
  void aSecondProcessIsRefused() throws Exception {
    Path rust = folder.resolve("rust");
    List<Thread> processes = new ArrayList<>();
    List<String> confirmed = new ArrayList<>();
    for (int first : List.of(0, 1000)) {
      String steps = "[" + Beside.ingest(first, 1000) + ",\"abort\"]";
      confirmed.addAll(Oracle.generate(steps));
      processes.add(
          Thread.ofPlatform()
              .start(() -> Oracle.attempt("write", rust.toString(), "--spec", steps)));
    }
    for (Thread process : processes) {
      process.join();
    }
    Path ours = folder.resolve("ours");
    Process owner = Writer.of(ours, 20, 5).ending("hold").start(folder.resolve("errors"));
    try (var lines = owner.inputReader()) {
      assertThat(lines.lines().anyMatch("holds"::equals)).isTrue();
      assertThatThrownBy(() -> Life.open(ours)).isInstanceOf(LockedException.class);
    } finally {
      owner.destroyForcibly().waitFor();
    }
    assertThat(Beside.peek(ours)).hasSize(20);
    TABLE.add(
        6,
        "two processes open one directory and append 1,000 each",
        "both run; " + Beside.came(Beside.read(rust), confirmed),
        "the second is refused");
  }

  @Test
  void manyProducersAndAKillDoubleNothing() {
    int runs = 10;
    int rustTwice = 0;
    int rustLost = 0;
    long rustRefused = 0;
    for (int run = 0; run < runs; run++) {
      Path data = folder.resolve("rust-" + run);
      String steps =
          """
          [{"race":{"shape":"single","bundles":400,"rows":5,"producers":16}},"abort"]\
          """;
      Oracle.Output wrote =
          Oracle.attempt("write", data.toString(), "--segment-target", "64k", "--spec", steps);
      List<String> got = Beside.read(data).digests();
      List<String> all = Oracle.generate(steps);
      List<String> acked =
          wrote.lines().stream()
              .filter(line -> line.has("acked"))
              .map(line -> all.get(line.get("acked").asInt()))
              .toList();
      rustLost += Beside.without(acked, got).size();
      rustTwice += got.size() - new HashSet<>(got).size();
      rustRefused += Beside.count(wrote, "refused");
    }
    int ourRuns = 3;
    for (int run = 0; run < ourRuns; run++) {
      Path data = folder.resolve("ours-" + run);
      Writer.Output output = Writer.of(data, 25, run).onThreads(16).run();
      assertThat(output.refused()).isEmpty();
      assertThat(Beside.peek(data)).containsExactlyInAnyOrderElementsOf(output.acked());
    }
    TABLE.add(
        8,
        "16 producers append 400, then a kill",
        "in %d runs %d lost, %d doubled, %d refused"
            .formatted(runs, rustLost, rustTwice, rustRefused),
        "in %d runs 0 lost, 0 doubled, 0 refused".formatted(ourRuns));
  }

  @Test
  void moreBundlesThanAProgressFileCanCountKeepTheirProgress() {
    Path rust = folder.resolve("rust");
    Oracle.write(
        rust,
        "[{\"subscribe\":\"a\"},{\"ingest\":{\"shape\":\"single\",\"bundles\":65537,\"rows\":1}},"
            + "\"flush\",{\"ack\":{\"subscriber\":\"a\",\"take\":1000}},\"progress\",\"abort\"]",
        "--flush-interval-ms",
        "25",
        "--segment-target",
        "1g");
    Oracle.Output next =
        Oracle.write(
            rust,
            "[{\"subscribe\":\"a\"},{\"ack\":{\"subscriber\":\"a\",\"take\":1,\"indices\":[]}}]");
    Path ours = folder.resolve("ours");
    try (Life life = Life.open(ours)) {
      List<CompletableFuture<Long>> appends = new ArrayList<>();
      for (int i = 0; i < 65_537; i++) {
        appends.add(life.buffer().appendAsync(RecordBundle.builder().build()));
      }
      appends.forEach(CompletableFuture::join);
      try (Subscriber subscriber = life.buffer().subscribe("a")) {
        for (int i = 0; i < 1000; i++) {
          try (Delivery delivery = take(subscriber)) {
            delivery.ack();
          }
        }
      }
    }
    try (Life life = Life.open(ours);
        Subscriber subscriber = life.buffer().subscribe("a");
        Delivery delivery = take(subscriber)) {
      assertThat(delivery.sequence()).isEqualTo(1000);
      assertThat(subscriber.backlog().bundles()).isEqualTo(65_537 - 1000);
      TABLE.add(
          9,
          "65,537 bundles, the first 1,000 acked; where the subscriber goes on after a restart",
          "at bundle " + next.lines().getLast().get("deferred").get("bundle").asLong(),
          "at bundle " + delivery.sequence());
    }
  }
}
