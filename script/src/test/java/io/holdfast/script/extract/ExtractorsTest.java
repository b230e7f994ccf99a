package io.holdfast.script.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.script.Json;
import io.holdfast.script.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtractorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '\0',
      nullValues = "no",
      textBlock =
          """
          glob\tf*o\tfoo bar\tno
          glob\t*b?r*\tfoobarbaz\ttrue
          glob\t[!a-c]x[]]\tdx]\ttrue
          glob\t[!a-c]x\tbx\tno
          glob\ta?c\ta\uD83D\uDE00c\ttrue
          kv\t%{key}=%{val}&\ta=1&b=&=c&d\t{"a":"1","b":"","":"c"}
          kv\t%{key}=%{val} %{key}:%{val};\ta=1;b:2\t{"a":"1","b":"2"}
          dissect\t<%{a}>%{b}\t<x>y\t{"a":"x","b":"y"}
          dissect\t<%{a}>\t<x>y\tno
          dissect\t%{a} %{}-%{+a}\tx ignored-y\t{"a":"x-y"}
          dissect\t%{a:float},%{b:int}\t1.5,2\t{"a":1.5,"b":2}
          dissect\t%{a:int}\t1x\tno
          dissect\t%{&k}=%{?k}\ta=b\tno
          cidr\t10.0.0.0/8\t10.1.2.0/24\t{"prefix":[10,1,2,0],"mask":[255,255,255,0]}
          cidr\t10.0.0.0/24\t10.0.0.0/8\tno
          cidr\t0.0.0.0/0\t1.2.3.4/0\t{"prefix":[1,2,3,4],"mask":[0,0,0,0]}
          cidr\t10.0.0.0/8\t256.0.0.1\tno
          """)
  void stringsAreTakenApart(String name, String pattern, String text, @Nullable String result) {
    Value found = Objects.requireNonNull(Extractors.make(name, pattern)).extract(text);
    assertThat(found == null ? null : Json.write(found)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '\0',
      textBlock =
          """
          glob\t[a-\ta `[` has no closing `]`
          kv\t%{key}=%{value}\ta kv pattern looks like
          dissect\t%{a}%{b}\tthere must be some text between two fields
          dissect\t%{a:long}\tthere is no type `long`
          dissect\t%{a\tno closing `}`
          cidr\t10.0.0.0/33\t`10.0.0.0/33` is not an IPv4 network
          """)
  void patternsThatAreNoneSayWhy(String name, String pattern, String message) {
    assertThatThrownBy(() -> Extractors.make(name, pattern))
        .isInstanceOf(BadPattern.class)
        .hasMessageContaining(message);
  }

  @Test
  void aGlobOfManyStarsTakesBoundedTime() {
    Extractor glob = Objects.requireNonNull(Extractors.make("glob", "a*".repeat(200) + "b"));
    assertThat(glob.extract("a".repeat(20_000))).isNull();
  }

  @Test
  void anUnknownNameHasNoExtractor() {
    assertThat(Extractors.make("nope", "")).isNull();
    assertThat(Extractors.names()).contains("glob", "json");
  }
}
