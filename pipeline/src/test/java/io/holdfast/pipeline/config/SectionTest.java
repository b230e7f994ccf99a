package io.holdfast.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SectionTest {
  private final ConfigErrors errors = new ConfigErrors();
  private final List<ConfigNode.Entry> entries = new ArrayList<>();

  private SectionTest put(String key, Value value) {
    int line = entries.size() + 2;
    entries.add(
        new ConfigNode.Entry(
            new Location("a.yaml", line, 3),
            key,
            new ConfigNode.Scalar(new Location("a.yaml", line, 9), value)));
    return this;
  }

  private Section section() {
    return new Section(
        new ConfigNode.Mapping(new Location("a.yaml", 1, 1), entries), "sink 'ws'", errors);
  }

  private List<String> said() {
    return errors.list().stream().map(ConfigError::toString).toList();
  }

  @Test
  void readsWhatIsThere() {
    Section section =
        put("url", Value.of("x")).put("n", Value.of(3)).put("on", Value.TRUE).section();

    assertThat(section.text("url")).isEqualTo("x");
    assertThat(section.integer("n", 1, 5)).isEqualTo(3);
    assertThat(section.integerIfSet("m", 1, 5)).isEqualTo(OptionalLong.empty());
    assertThat(section.flag("on", false)).isTrue();
    assertThat(section.text("codec", "json")).isEqualTo("json");
    section.finish();
    assertThat(errors.isEmpty()).isTrue();
  }

  @Test
  void saysEverythingThatIsWrongAtOnceAndWhere() {
    Section section =
        put("url", Value.of(7)).put("n", Value.of(9)).put("intervall", Value.of(1)).section();

    section.text("url");
    section.integer("n", 1, 5);
    section.integer("interval", 1, Long.MAX_VALUE);
    section.finish();

    assertThat(said())
        .containsExactly(
            "a.yaml:2:9: 'url' of sink 'ws' must be a string, not an integer",
            "a.yaml:3:9: 'n' of sink 'ws' is 9, but must be 1 to 5",
            "a.yaml:1:1: sink 'ws' needs 'interval'",
            "a.yaml:4:3: unknown key 'intervall' of sink 'ws'; did you mean 'interval'?");
  }

  @Test
  void anUnknownWordIsAnsweredWithTheNearestOne() {
    Section section = put("ack", Value.of("pnog")).section();

    assertThat(section.choice("ack", List.of("pong", "written"), "pong")).isEqualTo("pong");
    assertThat(said())
        .containsExactly("a.yaml:2:9: 'ack' of sink 'ws' is 'pnog'; did you mean 'pong'?");
  }

  @Test
  void aKeyWithNothingBehindItIsLeftOut() {
    assertThat(put("url", Value.NULL).section().text("url", "x")).isEqualTo("x");
  }

  @Test
  void nothingNearIsAnsweredWithAllThatIsKnown() {
    assertThat(DidYouMean.hint("kafka", List.of("file", "stdout")))
        .isEqualTo("known: file, stdout");
  }
}
