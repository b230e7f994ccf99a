package io.holdfast.fuzz.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.fuzz.Allowance;
import io.holdfast.pipeline.config.ConfigError;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.server.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a YAML file. */
final class YamlFuzzTest {
  private static final Allowance ALLOWANCE = new Allowance(64 << 20, 1024);

  static List<byte[]> seeds() {
    return Configurations.yaml();
  }

  @MethodSource("seeds")
  @DictionaryFile(resourcePath = "yaml.dict")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void everyTextIsReadOrItsErrorsAreNamed(byte[] input) {
    ALLOWANCE.covers(input, () -> check(input));
  }

  private static void check(byte[] input) {
    ConfigErrors errors = new ConfigErrors();
    @Nullable ConfigNode read =
        YamlReader.read("fuzz.yaml", new String(input, StandardCharsets.UTF_8), errors);
    for (ConfigError error : errors.list()) {
      assertThat(error.message()).isNotBlank();
      assertThat(error.location().line()).isPositive();
    }
    if (read != null) {
      assertThat(count(read)).isLessThanOrEqualTo(100_000 + 8L * input.length);
    }
  }

  private static long count(ConfigNode node) {
    return switch (node) {
      case ConfigNode.Scalar _ -> 1;
      case ConfigNode.Sequence sequence ->
          1 + sequence.items().stream().mapToLong(YamlFuzzTest::count).sum();
      case ConfigNode.Mapping mapping ->
          1 + mapping.entries().stream().mapToLong(entry -> count(entry.value())).sum();
    };
  }
}
