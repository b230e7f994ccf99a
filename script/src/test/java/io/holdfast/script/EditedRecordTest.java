package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A record that is changed while most of it is text does what any other does. */
class EditedRecordTest {
  private static final List<String> KEYS = List.of("a", "b", "é", "long-key", "", "x");
  private static final List<String> VALUES =
      List.of(
          "1", "-2.5", "\"text\"", "null", "{\"b\":[1,2],\"c\":{}}", "[{\"a\":1}]", "{}", "true");

  // Repeat with: mvn -pl script test -Dtest=EditedRecordTest -Dholdfast.seed=N
  private final SplittableRandom random = new SplittableRandom(Long.getLong("holdfast.seed", 1L));

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** A record's text; with spaces here and there if it is not to be compact. */
  private String text(boolean compact) {
    List<String> keys = new ArrayList<>(KEYS);
    StringBuilder text = new StringBuilder("{");
    for (int i = random.nextInt(1, KEYS.size()); i > 0; i--) {
      String space = compact ? "" : " ".repeat(random.nextInt(3));
      text.append(text.length() == 1 ? "" : ",")
          .append(space)
          .append('"')
          .append(keys.remove(random.nextInt(keys.size())))
          .append("\":")
          .append(space)
          .append(pick(VALUES).replace(",", "," + space));
    }
    return text.append('}').toString();
  }

  /** The same record, with no text behind it. */
  static RecordValue whole(String text) {
    RecordValue around = (RecordValue) Json.parse("{\"\\u0078\":" + text + "}");
    return (RecordValue) Objects.requireNonNull(around.get("x"));
  }

  @Test
  void whateverIsChangedItIsTheSameRecordAsOneWithoutAText() {
    for (int run = 0; run < 5000; run++) {
      String text = text(random.nextBoolean());
      RecordValue lazy = (RecordValue) Json.parse(text);
      RecordValue whole = whole(text);
      for (int step = random.nextInt(12); step > 0; step--) {
        String key = pick(KEYS);
        if (random.nextInt(3) > 0) {
          Value value = Json.parse(pick(VALUES));
          RecordValue before = lazy;
          String was = Json.write(before);
          lazy = lazy.with(key, value);
          whole = whole.with(key, value);
          assertThat(Json.write(before)).isEqualTo(was);
        } else {
          lazy = lazy.without(key);
          whole = whole.without(key);
        }
        for (String asked : KEYS) {
          assertThat(lazy.get(asked)).isEqualTo(whole.get(asked));
          assertThat(lazy.has(asked)).isEqualTo(whole.has(asked));
        }
      }
      assertThat(lazy.keys()).containsExactlyElementsOf(whole.keys());
      assertThat(lazy.size()).isEqualTo(whole.size());
      assertThat(Json.write(lazy)).as(text).isEqualTo(Json.write(whole));
      assertThat(Json.write(RecordValue.of("in", lazy)))
          .isEqualTo(Json.write(RecordValue.of("in", whole)));
      assertThat(lazy).isEqualTo(whole).hasSameHashCodeAs(whole);
      assertThat(whole).isEqualTo(lazy);
    }
  }
}
