package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.BufferOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same directory, which the Rust engine wrote and something damaged, opened by both engines, a
 * copy each. What must hold is asserted of ours; of Rust's the answer is put beside it.
 */
@Tag("exchange")
@Timeout(120)
class BesideDamageExchangeTest {
  private static final Beside TABLE = new Beside();
  private static final Path ACTIVE = Path.of("wal", "quiver.wal");
  private static final int RUST_HEADER = 38;

  @TempDir private Path folder;

  @AfterAll
  static void printTable() {
    System.out.println("\nOne directory, opened by either engine:\n\n" + TABLE);
  }

  private static String ingest(int first, int bundles, int rows, int flushEvery) {
    return """
    {"ingest":{"shape":"single","first":%d,"bundles":%d,"rows":%d,"flush-every":%d}}\
    """
        .formatted(first, bundles, rows, flushEvery);
  }

  /** Writes with the Rust engine and says what it confirmed. */
  private static List<String> written(Path data, String steps, String... options) {
    Oracle.write(data, steps, options);
    return Oracle.generate(steps);
  }

  /** Has both engines read the directory, and expects of ours what is named. */
  private void compare(
      int row, String what, Path data, List<String> confirmed, List<String> expected) {
    compare(row, what, data, confirmed, expected, "a");
  }

  private void compare(
      int row,
      String what,
      Path data,
      List<String> confirmed,
      List<String> expected,
      String subscriber) {
    Path forRust = Directories.copy(data, folder.resolve("for-rust-" + row));
    Path forUs = Directories.copy(data, folder.resolve("for-us-" + row));
    Oracle.Output rust =
        Oracle.attempt("read", forRust.toString(), "--digest", "--subscriber", subscriber);
    try (Life life = Life.open(forUs)) {
      List<String> got = life.peek(subscriber);
      assertThat(got).as(what).isEqualTo(expected);
      TABLE.add(row, what, Beside.came(rust, confirmed), Beside.came(got, confirmed));
    }
  }

  private static void cut(Path file, int bytes) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
  }

  private static void zeroHeader(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 0, RUST_HEADER, (byte) 0);
    Files.write(file, bytes);
  }

  @Test
  void aFlippedBitInTheMiddleOfTheLogCostsOneBundle() throws Exception {
    Path data = folder.resolve("data");
    List<String> confirmed = written(data, "[" + ingest(0, 20, 50, 0) + ",\"abort\"]");
    JsonNode sixth = Beside.logs(Oracle.inspect(data)).getFirst().get("entries").get(5);
    byte[] log = Files.readAllBytes(data.resolve(ACTIVE));
    log[sixth.get("offset").asInt() + 200] ^= 1;
    Files.write(data.resolve(ACTIVE), log);
    List<String> expected = new ArrayList<>(confirmed);
    expected.remove(5);
    compare(1, "a bit flips in the 6th of 20 log entries", data, confirmed, expected);
  }

  @Test
  void aHeadOfTheActiveFileThatIsZeroedOrCutShortStopsNothing() throws Exception {
    Path data = folder.resolve("data");
    List<String> confirmed =
        written(
            data, "[" + ingest(0, 3, 5, 0) + ",\"flush\"," + ingest(3, 4, 5, 0) + ",\"abort\"]");
    List<String> inSegment = confirmed.subList(0, 3);
    Path zeroed = Directories.copy(data, folder.resolve("zeroed"));
    zeroHeader(zeroed.resolve(ACTIVE));
    compare(2, "the head of the active file is zeroed", zeroed, confirmed, confirmed);
    int row = 3;
    for (int bytes : new int[] {0, 9, 20}) {
      Path shorter = Directories.copy(data, folder.resolve("cut-to-" + bytes));
      cut(shorter.resolve(ACTIVE), bytes);
      String what = "the active file is cut to " + bytes + " bytes, 3 bundles are in a segment";
      compare(row, what, shorter, confirmed, inSegment);
      row++;
    }
  }

  @Test
  void aRotatedFileThatIsZeroedOrEmptyCostsOnlyItsOwn() throws Exception {
    Path data = folder.resolve("data");
    List<String> confirmed =
        written(data, "[" + ingest(0, 12, 5, 0) + ",\"abort\"]", "--rotation-target", "2600");
    List<JsonNode> logs = Beside.logs(Oracle.inspect(data));
    Path second = Path.of("wal", logs.get(1).get("wal").asText());
    assertThat(logs.size()).isGreaterThan(3);
    Path zeroed = Directories.copy(data, folder.resolve("zeroed"));
    zeroHeader(writable(zeroed.resolve(second)));
    compare(6, "the head of the 2nd rotated file is zeroed", zeroed, confirmed, confirmed);
    Path empty = Directories.copy(data, folder.resolve("empty"));
    cut(writable(empty.resolve(second)), 0);
    List<String> expected = new ArrayList<>(confirmed);
    for (JsonNode entry : logs.get(1).get("entries")) {
      expected.remove(confirmed.get(entry.get("sequence").asInt()));
    }
    compare(
        7,
        "the 2nd rotated file has 0 bytes, it held "
            + (confirmed.size() - expected.size())
            + " of "
            + confirmed.size(),
        empty,
        confirmed,
        expected);
  }

  private static Path writable(Path file) {
    assertThat(file.toFile().setWritable(true)).isTrue();
    return file;
  }

  @Test
  void aLogFromWhichFilesWereDeletedIsReadOn() {
    Path data = folder.resolve("data");
    List<String> confirmed =
        written(
            data,
            "[" + ingest(0, 9, 5, 0) + ",\"flush\"," + ingest(9, 9, 5, 0) + ",\"abort\"]",
            "--rotation-target",
            "2600");
    compare(8, "aborted after log files were deleted", data, confirmed, confirmed);
  }

  @Test
  void aSmallerSegmentTargetThanTheWritersReadsAllTheSame() {
    Path data = folder.resolve("data");
    List<String> confirmed =
        written(
            data,
            "[" + ingest(0, 20, 200, 0) + ",\"flush\"," + ingest(20, 30, 200, 0) + ",\"abort\"]",
            "--rotation-target",
            "64k",
            "--max-rotated-files",
            "100");
    Path forRust = Directories.copy(data, folder.resolve("for-rust"));
    Oracle.Output small =
        Oracle.attempt(
            "read",
            forRust.toString(),
            "--digest",
            "--subscriber",
            "a",
            "--segment-target",
            "256k");
    Oracle.Output usual =
        Oracle.attempt("read", forRust.toString(), "--digest", "--subscriber", "a");
    BufferOptions options = BufferOptions.defaults().withCapBytes(BufferOptions.MIN_CAP_BYTES);
    try (Life life = Life.open(data, _ -> options.withListener(event -> {}))) {
      assertThat(life.peek("a")).isEqualTo(confirmed);
    }
    try (Life life = Life.open(data)) {
      List<String> again = life.peek("a");
      assertThat(again).isEqualTo(confirmed);
      TABLE.add(
          9,
          "aborted with a backlog of rotated files, opened with smaller segments, then the usual",
          Beside.came(small, confirmed) + "; then " + Beside.came(usual, confirmed),
          "all 50 come; then " + Beside.came(again, confirmed));
    }
  }

  @Test
  void aSegmentThatIsNotWholeIsSetAsideAndItsBundlesComeFromTheLog() throws Exception {
    Path data = folder.resolve("data");
    List<String> confirmed =
        written(data, "[" + ingest(0, 6, 5, 3) + "," + ingest(6, 3, 5, 0) + ",\"abort\"]");
    Path whole = data.resolve("segments").resolve("0000000000000001.qseg");
    Path partial = Path.of("segments", "0000000000000002.qseg");
    Files.write(data.resolve(partial), Arrays.copyOf(Files.readAllBytes(whole), 700));
    Path forRust = Directories.copy(data, folder.resolve("for-rust"));
    Oracle.Output rust =
        Oracle.attempt("read", forRust.toString(), "--digest", "--ack-all", "--subscriber", "a");
    boolean stays =
        Files.exists(forRust.resolve(partial)) && Files.size(forRust.resolve(partial)) == 700;
    try (Life life = Life.open(data)) {
      List<String> got = life.resolve("a", place -> true);
      assertThat(got).isEqualTo(confirmed);
      life.buffer().flush();
      assertThat(data.resolve(partial)).doesNotExist();
      TABLE.add(
          10,
          "a crash while a segment is written, then all is acked",
          Beside.came(rust, confirmed)
              + (stays ? "; the partial segment stays" : "; the partial segment is gone"),
          Beside.came(got, confirmed) + "; the partial segment is gone");
    }
  }

  @Test
  void aProgressFileThatClaimsMoreBundlesThanThereAreIsOnlyDamaged() throws Exception {
    Path data = folder.resolve("data");
    List<String> confirmed =
        written(
            data,
            "[{\"subscribe\":\"a\"},"
                + ingest(0, 5, 5, 0)
                + ",\"flush\",{\"ack\":{\"subscriber\":\"a\",\"take\":1}},\"progress\",\"abort\"]");
    Path file = data.resolve("quiver.sub.a");
    byte[] before = Files.readAllBytes(file);
    byte[] progress = Arrays.copyOf(before, before.length - Long.BYTES);
    ByteBuffer bytes = ByteBuffer.wrap(progress).order(ByteOrder.LITTLE_ENDIAN);
    // As many words of bits as 16 bits can count of those that so many bundles need: none.
    bytes.putInt(32 + 8, -1).putShort(32 + 12, (short) 0);
    CRC32 crc = new CRC32();
    crc.update(progress, 0, progress.length - 4);
    bytes.putInt(progress.length - 4, (int) crc.getValue());
    Files.write(file, progress);
    String what = "a progress entry claims 2^32-1 bundles";
    compare(11, what, data, confirmed, confirmed);
  }

  @Test
  void anEntryOfAnUnknownTypeIsSteppedOver() {
    GoldenCase golden =
        GoldenCase.all().stream()
            .filter(one -> one.name().equals("unknown-entry-type"))
            .findFirst()
            .orElseThrow();
    List<String> confirmed =
        golden.expected().bundles().stream().map(Expectation.Bundle::digest).toList();
    compare(
        12,
        "an entry of an unknown type among 5 others, with a good checksum",
        golden.data(),
        confirmed,
        confirmed);
  }
}
