package io.holdfast.fuzz.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** A segment of any bytes, of ours and of another engine's, beside the rest or alone. */
final class SegmentFuzzTest {
  private static final int ALONE = 2;

  static List<byte[]> seeds() {
    byte[] own = Directories.file(Directories.named("segments/"));
    byte[] foreign = Foreign.segment();
    return List.of(
        FileFuzz.seed(0, own),
        FileFuzz.seed(1, own),
        FileFuzz.seed(1 + ALONE, own),
        FileFuzz.seed(1, foreign),
        FileFuzz.seed(1 + ALONE, foreign));
  }

  @MethodSource("seeds")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aBufferOpensOverAnySegment(byte[] input) throws IOException {
    Map<String, byte[]> files = Directories.withoutLetters();
    if (input.length > 0 && (input[0] & ALONE) != 0) {
      files.clear();
    }
    FileFuzz.examine(files, Directories.named("segments/"), input, Sealing::segment);
  }
}
