package io.holdfast.fuzz.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as what a subscriber has resolved, for us and for the Rust engine. */
final class ProgressFuzzTest {
  private static final int FOREIGN = 2;

  static List<byte[]> seeds() {
    byte[] own = Directories.file("holdfast.sub.a");
    byte[] foreign = Foreign.progress();
    return List.of(
        FileFuzz.seed(0, own),
        FileFuzz.seed(1, own),
        FileFuzz.seed(FOREIGN, foreign),
        FileFuzz.seed(1 + FOREIGN, foreign),
        FileFuzz.seed(1 + FOREIGN, Directories.file("quiver.sub.a")));
  }

  @MethodSource("seeds")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aBufferOpensOverAnyProgress(byte[] input) throws IOException {
    if (input.length > 0 && (input[0] & FOREIGN) != 0) {
      FileFuzz.examine("quiver.sub.a", input, Sealing::tail);
    } else {
      FileFuzz.examine("holdfast.sub.a", input, Sealing::envelope);
    }
  }
}
