package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.BufferOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("exchange")
@Timeout(120)
class KilledExchangeTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("io.holdfast.interop.Seeds#many")
  void rustReadsEveryBundleOfADirectoryThatNobodyClosed(long seed) {
    Path data = folder.resolve("data");
    List<String> appended = new ArrayList<>();
    try (RandomBundles bundles = new RandomBundles(seed, true);
        Life life = Life.open(data)) {
      for (int i = 0; i < 20; i++) {
        bundles.next(
            (bundle, digest) -> {
              appended.add(digest);
              life.append(bundle);
            });
      }
      Path copy = Directories.copy(data, folder.resolve("copy"));
      Oracle.Output read = Oracle.read(copy, "a");
      assertThat(read.met()).as("errors that the Rust engine met").isEmpty();
      assertThat(read.digests()).isEqualTo(appended);
    }
  }

  @ParameterizedTest
  @MethodSource("io.holdfast.interop.Seeds#processes")
  void whatAProcessConfirmedBeforeItWasKilledComesInBothEngines(long seed) {
    Random random = new Random(seed);
    Path data = folder.resolve("data");
    boolean small = random.nextBoolean();
    boolean acks = random.nextBoolean();
    List<String> wanted = new ArrayList<>();
    int kills = 1 + random.nextInt(2);
    for (int life = 0; life < kills; life++) {
      Writer writer =
          new Writer(
              data,
              small ? BufferOptions.MIN_CAP_BYTES : 1L << 30,
              1 + random.nextInt(4),
              500,
              small ? 200_000 : 1000,
              acks,
              seed * 10 + life,
              "hold");
      Writer.Output output = writer.runAndKillAfter(1 + random.nextInt(60));
      assertThat(output.exit()).as(output.errors()).isEqualTo(128 + 9);
      assertThat(output.refused()).allMatch(why -> why.contains("BufferFullException"));
      wanted.addAll(output.acked());
      wanted = Beside.without(wanted, output.resolved());
    }
    Path copy = Directories.copy(data, folder.resolve("copy"));
    // Otherwise it gives what was out at two kills one at a time.
    try (Life life = Life.open(data, options -> options.withMaxCrashes(0))) {
      assertThat(Beside.without(wanted, life.peek("a")))
          .as("what was confirmed and does not come here, of %s", wanted.size())
          .isEmpty();
    }
    if (!hasDeletedLogFiles(copy)) {
      Oracle.Output read = Oracle.read(copy, "a");
      assertThat(read.met()).as("errors that the Rust engine met").isEmpty();
      assertThat(Beside.without(wanted, read.digests()))
          .as("what was confirmed and does not come in Rust, of %s", wanted.size())
          .isEmpty();
    }
  }

  /** Whether the first of several log files starts elsewhere than at 0: Rust refuses that. */
  private static boolean hasDeletedLogFiles(Path data) {
    List<JsonNode> logs = Beside.logs(Oracle.inspect(data));
    return logs.size() > 1 && logs.getFirst().get("position_start").asLong() > 0;
  }
}
