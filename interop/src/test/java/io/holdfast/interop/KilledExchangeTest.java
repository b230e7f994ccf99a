package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
