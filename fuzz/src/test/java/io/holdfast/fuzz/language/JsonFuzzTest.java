package io.holdfast.fuzz.language;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.fuzz.Allowance;
import io.holdfast.script.ArrayValue;
import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes as JSON. A record may be read as the text that it is or taken apart at once; what is
 * nested in an array never is left as a text, so the same bytes are read in both ways.
 */
final class JsonFuzzTest {
  private static final Allowance ALLOWANCE = new Allowance(16 << 20, 512);

  static List<byte[]> seeds() {
    return List.of(
        """
        {"a":1,"b":"two","c":3.5,"d":null,"e":true,"f":[1,2,{"x":{}}],"g":{"y":{"z":"\\u00e9"}}}\
        """
            .getBytes(UTF_8),
        "{ \"a\" : -0, \"a\" : 1e3 , \"\u00e9\":\"\uD83D\uDE00\"}".getBytes(UTF_8),
        "[18446744073709551615,-9223372036854775808,0.10,1.0E-7]".getBytes(UTF_8),
        "\"\\ud83d\\ude00\\n\"".getBytes(UTF_8));
  }

  @MethodSource("seeds")
  @DictionaryFile(resourcePath = "json.dict")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void bothWaysOfReadingAgreeAndWhatIsWrittenReadsAsItWas(byte[] input) {
    ALLOWANCE.covers(input, () -> check(input));
  }

  private static void check(byte[] input) {
    Value plain = parse(input);
    Value nested = parse(within(input));
    if (plain == null || nested == null) {
      // What ends an array and begins another one is a text with the brackets only.
      assertThat(plain).as("what only reads on its own").isNull();
      return;
    }
    ArrayValue array = (ArrayValue) nested;
    assertThat(array.size()).isEqualTo(1);
    Value whole = array.get(0);
    assertThat(plain).isEqualTo(whole);
    assertThat(plain.hashCode()).isEqualTo(whole.hashCode());
    if (plain instanceof RecordValue lazy && whole instanceof RecordValue eager) {
      for (String key : eager.keys()) {
        assertThat(lazy.get(key)).isEqualTo(eager.get(key));
      }
    }
    byte[] written = Json.writeBytes(plain);
    assertThat(written).isEqualTo(Json.writeBytes(whole));
    Value again = Objects.requireNonNull(parse(written), "what was written is JSON");
    assertThat(again).isEqualTo(plain);
    assertThat(Json.writeBytes(again)).isEqualTo(written);
  }

  private static byte[] within(byte[] input) {
    byte[] within = new byte[input.length + 2];
    within[0] = '[';
    System.arraycopy(input, 0, within, 1, input.length);
    within[input.length + 1] = ']';
    return within;
  }

  private static @Nullable Value parse(byte[] text) {
    try {
      return Json.parse(text);
    } catch (JsonException refused) {
      return null;
    }
  }
}
