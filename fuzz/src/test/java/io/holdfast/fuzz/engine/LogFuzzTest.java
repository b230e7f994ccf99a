package io.holdfast.fuzz.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** A log file of any bytes, as the active one, as one that was rotated, or alone. */
final class LogFuzzTest {
  private static final int ROTATED = 2;
  private static final int ALONE = 4;

  static List<byte[]> seeds() {
    byte[] log = Directories.file(Directories.LOG);
    return List.of(
        FileFuzz.seed(0, log),
        FileFuzz.seed(1, log),
        FileFuzz.seed(1 + ROTATED, log),
        FileFuzz.seed(1 + ALONE, log));
  }

  @MethodSource("seeds")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aBufferOpensOverAnyLogFile(byte[] input) throws IOException {
    int flags = input.length == 0 ? 0 : input[0];
    String name = (flags & ROTATED) == 0 ? Directories.LOG : Directories.LOG + ".1";
    Map<String, byte[]> files = Directories.withoutLetters();
    if ((flags & ALONE) != 0) {
      files.clear();
    }
    FileFuzz.examine(files, name, input, Sealing::log);
  }
}
