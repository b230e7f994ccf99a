package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "0",
        "-9223372036854775808",
        "9223372036854775807",
        "18446744073709551615",
        "3.0",
        "-0.0",
        "0.30000000000000004",
        "1.5e-7",
        "15000000000.0",
        "1.7976931348623157e308",
        "\"h\\u0000\u00e9\uD83D\uDE00\"",
        "[]",
        "{}",
        "{\"b\":[1,{\"c\":null}],\"a\":1.0}"
      })
  void whatIsReadIsWrittenAsItWas(String text) {
    assertThat(Json.write(Json.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}",
        "{\"a\":{\"b\":[1,{\"c\":-2.5}],\"é\":\"\uD83D\uDE00\"},\"é\":null,\"t\":true,\"f\":false}",
        "{\"a\":9223372036854775807,\"b\":-9223372036854775807,\"c\":18446744073709551615}",
        "{\"a\":1,\"b\":{\"c\":1,\"c\":2},\"a\":3}",
        "{\"a\":-0}",
        "{\"a\":[-0.0,0.0,1.50,0.001,0.0001,1.0e3,1e2,123456789.123456789,100000000000000.5]}",
        "{\"a\":\"\\u00e9\\n\"}",
        "{\"a\":{},\"b\":[],\"c\":[[]]}",
        "{}",
        "{\"\":\"\"}",
        "{\"a\" : [ 1 , 2 ]}"
      })
  void aPlainTextIsTheSameValueAsAnyOther(String text) {
    // What is in an array is read as a whole, and so is what has an escape.
    RecordValue around = (RecordValue) Json.parse("{\"\\u0078\":" + text + "}");
    Value whole = Objects.requireNonNull(around.get("x"));
    Value read = Json.parse(text);

    assertThat(read).isEqualTo(whole).hasSameHashCodeAs(whole);
    assertThat(whole).isEqualTo(read);
    assertThat(Json.write(read)).isEqualTo(Json.write(whole));
    RecordValue fields = (RecordValue) whole;
    assertThat(((RecordValue) read).keys()).containsExactlyElementsOf(fields.keys());
    assertThat(((RecordValue) read).size()).isEqualTo(fields.size());
    for (String key : fields.keys()) {
      assertThat(((RecordValue) Json.parse(text)).get(key)).isEqualTo(fields.get(key));
    }
    assertThat(((RecordValue) read).get("nope")).isNull();
    assertThat(((RecordValue) read).has("a")).isEqualTo(fields.has("a"));
    assertThat(Json.write(((RecordValue) read).with("z", read)))
        .isEqualTo(Json.write(fields.with("z", whole)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"a":1,}                   | 1:8
          {"a":1                     | 1:
          {"a":tru}                  | 1:
          {"a":01}                   | 1:
          {"a":1.}                   | 1:
          {"a":.5}                   | 1:
          {"a":-}                    | 1:
          {"a":"x}                   | 1:
          {"a" 1}                    | 1:6
          {a:1}                      | 1:2
          {"a":1}}                   | 1:8
          {"a":[1,]}                 | 1:9
          {"a":9223372036854775808,"b":-9223372036854775809} | 1:30
          """)
  void anEventThatIsBadIsRefusedWhoeverAsks(String text, String place) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("bad JSON at " + place);
  }

  @Test
  void aKeyOrStringThatIsNotUtf8IsRefusedInARecordToo() {
    byte[] bad = {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, '"', '}'};
    assertThatThrownBy(() -> Json.parse(bad)).hasMessage("bad JSON at 1:7: is not valid UTF-8");
  }

  @Test
  void stringsAreWrittenWithTheFewestEscapes() {
    String text = "a\"\\/\b\f\n\r\t\u0001\u001f\u007f\u2028é\uD83D\uDE00" + "ü\n".repeat(400);
    String written = Json.write(Value.of(text));

    assertThat(written)
        .startsWith("\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001F\u007f\u2028é\uD83D\uDE00ü\\nü");
    assertThat(Json.parse(written)).isEqualTo(Value.of(text));
  }

  @Test
  void integersAndFloatsStayApart() {
    assertThat(Json.parse("3")).isEqualTo(Value.of(3)).isNotEqualTo(Value.of(3.0));
    assertThat(Json.parse("1e2")).isEqualTo(Value.of(100.0));
    assertThat(Json.parse("-0")).isEqualTo(Value.of(0));
    assertThat(Json.parse("9223372036854775808")).isEqualTo(new Value.Unsigned(Long.MIN_VALUE));
  }

  @Test
  void theLastOfTwoEqualKeysCounts() {
    assertThat(Json.write(Json.parse("{\"a\":1,\"b\":2,\"a\":3}"))).isEqualTo("{\"a\":3,\"b\":2}");
  }

  @Test
  void eachKeyIsFoundWhateverItBeginsWith() {
    List<String> keys =
        List.of(
            "",
            "a",
            "ab",
            "abc",
            "abcd",
            "abcde",
            "abcdf",
            "abc\u00e9",
            "ab\u00e9",
            "\u00e9a",
            "\u00e9");
    StringBuilder text = new StringBuilder();
    for (String key : keys) {
      text.append(text.isEmpty() ? '{' : ',').append('"').append(key).append("\":");
      text.append('"').append(key).append('"');
    }
    RecordValue record = (RecordValue) Json.parse(text + "}");
    for (String key : keys) {
      assertThat(record.get(key)).as(key).isEqualTo(Value.of(key));
      assertThat(record.with(key, Value.NULL).get(key)).as(key).isEqualTo(Value.NULL);
      assertThat(record.has(key + "a")).as(key).isEqualTo(keys.contains(key + "a"));
    }
    assertThat(record.get("b")).isNull();
    assertThat(record.get("abcd\u00e9")).isNull();
    assertThat(record.get("\uFFFF\uFFFF")).isNull();
  }

  @Test
  void aTextThatEndsTooEarlyIsAnErrorWhereverItEnds() {
    String text = "{\"\":0,\"a\":{\"b\":[1,\"c\"]},\"d\":\"e\",\"f\":true,\"\":null}";
    for (int end = 0; end < text.length(); end++) {
      String part = text.substring(0, end);
      assertThatThrownBy(() -> Json.parse(part)).as(part).isInstanceOf(JsonException.class);
      byte[] longer = (part + "    ").getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> Json.parse(longer, 0, part.length()))
          .as(part)
          .isInstanceOf(JsonException.class);
    }
  }

  @Test
  void keysOfObjectsWithinEachOtherDoNotMeet() {
    String text = "{\"a\":{\"a\":{\"b\":1,\"a\":2},\"b\":3},\"b\":{\"b\":4}}";
    assertThat(Json.write(Json.parse(text))).isEqualTo(text);
    String twice = "{\"a\":{\"b\":1},\"c\":{\"b\":1,\"d\":{},\"b\":2}}";
    assertThat(Json.write(Json.parse(twice)))
        .isEqualTo("{\"a\":{\"b\":1},\"c\":{\"b\":2,\"d\":{}}}");
  }

  @Test
  void recordsAreEqualInAnyOrder() {
    assertThat(Json.parse("{\"a\":1,\"b\":2}")).isEqualTo(Json.parse("{\"b\":2,\"a\":1}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"a":1,}                   | 1:8
          [1 2]                      | 1:4
          {"é":nope}                 | 1:6
          1 2                        | 1:3
          18446744073709551616       | 1:1
          -9223372036854775809       | 1:1
          1e999                      | 1:1
          "\\ud800"                   | 1:1
          NaN                        | 1:4
          01                         | 1:2
          """)
  void anErrorSaysWhereItIs(String text, String place) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("bad JSON at " + place + ": ");
  }

  @Test
  void anErrorCountsLinesAndCodePoints() {
    assertThatThrownBy(() -> Json.parse("{\n \"\uD83D\uDE00\" 1}"))
        .hasMessageStartingWith("bad JSON at 2:6: ");
  }

  @Test
  void nothingIsAnError() {
    assertThatThrownBy(() -> Json.parse(" ")).hasMessageContaining("there is nothing");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] overlong = {'"', (byte) 0xC0, (byte) 0x80, '"'};
    assertThatThrownBy(() -> Json.parse(overlong))
        .hasMessage("bad JSON at 1:2: is not valid UTF-8");
    byte[] cut = {'"', 'a', (byte) 0xC3};
    assertThatThrownBy(() -> Json.parse(cut)).hasMessage("bad JSON at 1:3: is not valid UTF-8");
  }

  @Test
  void aLimitBoundsTheDepthOfWhatIsRead() {
    String deep = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
    assertThat(Json.write(Json.parse(deep))).isEqualTo(deep);
    assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("deeper than 1000");
  }

  @Test
  void aLimitBoundsTheDepthOfWhatIsWritten() {
    Value deep = Value.NULL;
    for (int i = 0; i <= Json.MAX_DEPTH; i++) {
      deep = RecordValue.of("a", deep);
    }
    Value tooDeep = deep;
    assertThatThrownBy(() -> Json.write(tooDeep)).isInstanceOf(JsonException.class);
  }

  @Test
  void textWithinAnArrayIsReadWhereItLies() {
    byte[] bytes = "xx{\"a\":1}yy".getBytes(StandardCharsets.UTF_8);
    assertThat(Json.parse(bytes, 2, 7)).isEqualTo(RecordValue.of("a", Value.of(1)));
    assertThatThrownBy(() -> Json.parse(bytes, 2, 8)).hasMessageStartingWith("bad JSON at 1:8");
  }

  @Test
  void bytesAreWrittenAsBase64AndNonFiniteNumbersAsTheirNames() {
    assertThat(Json.write(new Value.Bytes(new byte[] {2, 1}))).isEqualTo("\"AgE=\"");
    assertThat(Json.write(ArrayValue.of(Value.of(1 / 0.0), Value.of(0 / 0.0))))
        .isEqualTo("[Infinity,NaN]");
  }

  @Test
  void otherEncodingsThanUtf8AreNotGuessed() {
    for (Charset other : List.of(StandardCharsets.UTF_16BE, Charset.forName("UTF-32BE"))) {
      for (String text : List.of("[1]", "x".repeat(8))) {
        assertThatThrownBy(() -> Json.parse(text.getBytes(other)))
            .isInstanceOf(JsonException.class);
      }
    }
  }
}
