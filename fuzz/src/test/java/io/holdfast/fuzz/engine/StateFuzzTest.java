package io.holdfast.fuzz.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the state file. */
final class StateFuzzTest {
  static List<byte[]> seeds() {
    byte[] file = Directories.file(Directories.STATE);
    return List.of(FileFuzz.seed(0, file), FileFuzz.seed(1, file));
  }

  @MethodSource("seeds")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aBufferOpensOverAnyState(byte[] input) throws IOException {
    FileFuzz.examine(Directories.STATE, input, Sealing::envelope);
  }
}
