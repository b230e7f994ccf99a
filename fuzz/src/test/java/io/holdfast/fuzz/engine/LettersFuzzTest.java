package io.holdfast.fuzz.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as what is said of a dead letter, and as the list of those that are replayed. */
final class LettersFuzzTest {
  private static final int REPLAY = 2;

  static List<byte[]> seeds() {
    byte[] letter = Directories.file(Directories.named("dead/a/letters/"));
    byte[] replay = Directories.file("dead/a/holdfast.replay");
    return List.of(
        FileFuzz.seed(0, letter),
        FileFuzz.seed(1, letter),
        FileFuzz.seed(REPLAY, replay),
        FileFuzz.seed(1 + REPLAY, replay));
  }

  @MethodSource("seeds")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aBufferOpensOverAnyLetter(byte[] input) throws IOException {
    boolean replay = input.length > 0 && (input[0] & REPLAY) != 0;
    FileFuzz.examine(
        Directories.whole(),
        replay ? "dead/a/holdfast.replay" : Directories.named("dead/a/letters/"),
        input,
        Sealing::envelope);
  }
}
