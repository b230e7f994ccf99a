package io.holdfast.fuzz.language;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a script with its events. */
final class ScriptFuzzTest {
  static List<byte[]> seeds() {
    return Programs.seeds("tremor");
  }

  @MethodSource("seeds")
  @DictionaryFile(resourcePath = "language.dict")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aScriptRunsOrSaysWhereItIsWrong(byte[] input) {
    Programs.script(Programs.parts(input));
  }
}
