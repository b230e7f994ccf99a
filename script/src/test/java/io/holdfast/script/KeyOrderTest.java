package io.holdfast.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever keys are expected, a record has those of its own text. */
class KeyOrderTest {
  private static final List<String> KEYS =
      List.of(
          "a",
          "ab",
          "b",
          "é",
          "",
          "sevenly",
          "eight-by",
          "nine-byte",
          "a-key-of-more-than-two-words",
          "k".repeat(63),
          "k".repeat(64),
          "k".repeat(70));

  // Repeat with: mvn -pl script test -Dtest=KeyOrderTest -Dholdfast.seed=N
  private final SplittableRandom random = new SplittableRandom(Long.getLong("holdfast.seed", 1L));

  /** Mostly the keys of a text before, in their order: some left out, some more, some twice. */
  private String text(List<String> order, int depth) {
    StringBuilder text = new StringBuilder("{");
    for (String expected : order) {
      String key =
          switch (random.nextInt(20)) {
            case 0 -> "";
            case 1 -> KEYS.get(random.nextInt(KEYS.size()));
            case 2 -> "new" + random.nextInt(1000);
            default -> expected;
          };
      if (random.nextInt(20) == 0) {
        continue;
      }
      text.append(text.length() == 1 ? "" : ",").append('"').append(key).append("\":");
      text.append(
          switch (random.nextInt(depth < 3 ? 6 : 3)) {
            case 0 -> "1";
            case 1 -> "\"" + key + "\"";
            case 2 -> "[]";
            case 3 -> "[" + text(order, depth + 1) + ",{\"a\":2}]";
            default -> text(order, depth + 1);
          });
    }
    return text.append('}').toString();
  }

  @Test
  void aRecordHasTheKeysOfItsOwnTextWhateverIsExpected() {
    for (int run = 0; run < 300; run++) {
      List<String> order = new ArrayList<>();
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        order.add(KEYS.get(random.nextInt(KEYS.size())));
      }
      for (int i = 0; i < 20; i++) {
        String text = text(order, 0);
        RecordValue read = (RecordValue) Json.parse(text);
        RecordValue whole = EditedRecordTest.whole(text);
        assertThat(read).as(text).isEqualTo(whole);
        assertThat(Json.write(read)).as(text).isEqualTo(Json.write(whole));
        assertThat(read.keys()).as(text).containsExactlyElementsOf(whole.keys());
        for (String key : KEYS) {
          assertThat(read.get(key)).as("%s of %s", key, text).isEqualTo(whole.get(key));
        }
      }
    }
  }

  @Test
  void aKeyThatComesTwiceCountsOnceThoughBothAreExpected() {
    for (int i = 0; i < 50; i++) {
      assertThat(Json.write(Json.parse("{\"in\":{\"twice\":1},\"twice\":2}")))
          .isEqualTo("{\"in\":{\"twice\":1},\"twice\":2}");
      assertThat(Json.write(Json.parse("{\"in\":1,\"twice\":1,\"twice\":2}")))
          .isEqualTo("{\"in\":1,\"twice\":2}");
    }
  }

  @Test
  void aTextThatEndsBehindAnExpectedKeyIsAnError() {
    String text = "{\"one\":1,\"another-one\":2,\"x\":3}";
    for (int i = 0; i < 50; i++) {
      assertThat(Json.write(Json.parse(text))).isEqualTo(text);
      for (int end = 1; end < text.length(); end++) {
        byte[] cut = text.substring(0, end).getBytes(UTF_8);
        assertThat(error(cut)).as("the first %s", end).contains("bad JSON");
      }
    }
  }

  private static String error(byte[] text) {
    try {
      return "no error, but " + Json.parse(text);
    } catch (JsonException expected) {
      return Objects.requireNonNull(expected.getMessage());
    }
  }
}
