package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the engine gives every type back as it was appended; no Rust is needed. */
@Timeout(60)
class RandomBundlesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("io.holdfast.interop.Seeds#few")
  void everyTypeComesBackAsItWasAppended(long seed) {
    Path data = folder.resolve("data");
    List<String> appended = new ArrayList<>();
    try (RandomBundles bundles = new RandomBundles(seed, false)) {
      try (Life life = Life.open(data)) {
        for (int i = 0; i < 20; i++) {
          bundles.next(
              (bundle, digest) -> {
                appended.add(digest);
                life.append(bundle);
              });
        }
        assertThat(life.peek("a")).isEqualTo(appended);
      }
      assertThat(Life.read(data)).isEqualTo(appended);
      try (Life life = Life.open(data)) {
        assertThat(life.peek("a")).isEqualTo(appended);
      }
    }
  }
}
