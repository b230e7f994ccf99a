package io.holdfast.fuzz.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.fuzz.Allowance;
import io.holdfast.script.Diagnostic;
import io.holdfast.server.Configuration;
import io.holdfast.server.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a configuration, and behind a byte of zero as the query that it names. */
final class ConfigurationFuzzTest {
  private static final Allowance ALLOWANCE = new Allowance(64 << 20, 2048);

  @TempDir static Path folder;

  static List<byte[]> seeds() {
    return List.of((Configurations.whole() + "\0" + Configurations.query()).getBytes(UTF_8));
  }

  @MethodSource("seeds")
  @DictionaryFile(resourcePath = "yaml.dict")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void everyConfigurationIsAPlanOrItsErrorsAreShown(byte[] input) throws IOException {
    ALLOWANCE.covers(input, () -> check(input));
  }

  private static void check(byte[] input) throws IOException {
    String[] parts = new String(input, UTF_8).split("\0", 2);
    Path yaml = folder.resolve("server.yaml");
    Path query = folder.resolve("main.trickle");
    Files.writeString(yaml, parts[0]);
    Files.writeString(query, parts.length < 2 ? Configurations.query() : parts[1]);
    try {
      Configuration.read(List.of(yaml, query), folder.resolve("data"), folder)
          .warnings()
          .forEach(Diagnostic::render);
    } catch (ConfigurationException refused) {
      refused.diagnostics().forEach(Diagnostic::render);
    }
  }
}
