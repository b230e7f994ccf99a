package io.holdfast.script.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.script.Json;
import io.holdfast.script.RecordValue;
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
          kv\t\ta:1 b:2 c\t{"a":"1","b":"2"}
          kv\t&%{key}==%{val};\ta==1;b=2&c==3\t{"a":"1","c":"3"}
          dissect\t<%{a}>%{b}\t<x>y\t{"a":"x","b":"y"}
          dissect\t<%{a}>\t<x>y\tno
          dissect\t%{a} %{}-%{+a}\tx ignored-y\t{"a":"x y"}
          dissect\t%{a}%{_}%{b}\tq    r\t{"a":"q","b":"r"}
          dissect\t%{a}%{_(*)}%{b}\tm***n\t{"a":"m","b":"n"}
          dissect\t%{a}\\\\\\\\%{b}\tx\\\\y\t{"a":"x","b":"y"}
          dissect\t%{a:float},%{b:int}\t1.5,2\t{"a":1.5,"b":2}
          dissect\t%{a:int}\t1x\tno
          dissect\t%{&k}=%{?k}\ta=b\tno
          cidr\t10.0.0.0/8\t10.1.2.3\t{"prefix":[10,1,2,3],"mask":[255,255,255,255]}
          cidr\t10.0.0.0/8\t10.1.2.0/24\tno
          cidr\t10.0.0.0/12\t10.16.0.1\tno
          cidr\t\t1.130.3.4/9\t{"prefix":[1,128,0,0],"mask":[255,128,0,0]}
          cidr\t\t10.1\t{"prefix":[10,0,0,1],"mask":[255,255,255,255]}
          cidr\t10.0.0.0/8\t10.1\tno
          cidr\t\t::1\tno
          cidr\t2001:db8::/32\t2001:db8::5\t{"prefix":[8193,3512,0,0,0,0,0,5],"mask":[65535,65535,65535,65535,65535,65535,65535,65535]}
          cidr\t2001:db8::/33\t2001:db8:8000::1\tno
          re\t(?P<a>\\d+)(?P<b>x)?\tn\u0661\t{"a":"\u0661"}
          rerg\t(?P<a>[]\\w])-\t]-é-\t{"a":["]","é"]}
          grok\t%{SYSLOGPROG}(?<rest_of_it>.*)\tcron[12]: x\t{"program":"cron","pid":"12","rest_of_it":": x"}
          grok\t%{WORD:a} %{WORD:a}%{SPACE:b}%{INT:c}?\tx y\t{"a":"y","name0":"x","b":"","c":""}
          grok\t%{IPV6:ip} %{QS:q}\t[2001:db8::7] 'a"b'\tno
          grok\t%{IPV6:ip}. %{QS:q}\t[2001:db8::7] 'a"b'\t{"ip":"2001:db8::7","q":"'a\\"b'"}
          datetime\t%Y-%m-%dT%H:%M:%S%.3fZ\t2019-06-17T13:15:40.752Z\t1560777340752000000
          datetime\t%d. %B %y, %I %p %M %z\t3.  march 21, 12 AM 07 -01:30\t1614735420000000000
          datetime\t%s %3f\t12 500\t12500000000
          datetime\t%j\t12\tno
          datetime\t%Q\t12\tno
          datetime\t%F %R\t2021-02-29 01:02\tno
          datetime\t%F %R\t2021-02-28 01:02x\tno
          influx\t\tw\\,x,a\\ b=c d=1i,e="q,\\"r",f=T 5\t{"measurement":"w,x","tags":{"a b":"c"},"fields":{"d":1,"e":"q,\\"r","f":true},"timestamp":5}
          influx\t\tw a=1\t{"measurement":"w","tags":{},"fields":{"a":1.0},"timestamp":42}
          influx\t\tw a=1x\tno
          influx\t\tw,a=b=c d=1\tno
          influx\t\tw d=1 -5\tno
          influx\t\tw d=1  5\tno
          influx\t\tw d="x\\y\\\\\\"z"\t{"measurement":"w","tags":{},"fields":{"d":"x\\\\y\\\\\\"z"},"timestamp":42}
          influx\t\tw a\\ b,c=1i,d e\\=f=tr\\ue\t{"measurement":"w","tags":{},"fields":{"a\\\\ b,c":1,"d e=f":true},"timestamp":42}
          influx\t\tw d="x"y\tno
          influx\t\t# w d=1\tno
          dissect\t%{a:int} %{+a} %{b}\t1 2 3\t{"b":"3"}
          dissect\t%{+a} %{+a}\t1 2\t{"a":"1 2"}
          glob\ta/**/c\ta/c\ttrue
          glob\ta/**/c\ta/b/b/c\ttrue
          glob\ta/**/c\ta/bc\tno
          glob\t**/x*\ta/b/xy\ttrue
          glob\ta/**\ta/b/c\ttrue
          glob\ta/**\tb/c\tno
          re\t(?ix) (?P<a> \\d+ \\  B ) # and then?\t1 b\t{"a":"1 b"}
          cidr\t10.0.0.0/8\t256.0.0.1\tno
          """)
  void stringsAreTakenApart(
      String name, @Nullable String pattern, String text, @Nullable String result) {
    Extractor extractor = Extractors.make(name, pattern == null ? "" : pattern, true);
    Value found = Objects.requireNonNull(extractor).extract(text, 42);
    assertThat(found == null ? null : Json.write(found)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '\0',
      textBlock =
          """
          glob\t[a-\ta `[` has no closing `]`
          kv\t%{key}=%{value}\tbehind `%{key}` a `%{val}` is needed
          kv\t%{key}=%{val}=\tcannot be a separator beside `=`
          kv\t%{key}=%{val};;%{key}=%{val};\t`;` cannot be a separator beside `;;`
          glob\ta**b\t`**` must be a whole part of a path
          glob\t***\tthere is nothing like `***`
          kv\t%{key}=%{val}\\x\tmust be followed by
          dissect\t%{_-}x\ta padding looks like
          dissect\t%{_} x\tmust not begin with
          re\t[a&&b]\tthe operator `&&` of classes
          dissect\t%{a}%{b}\tthere must be some text between two fields
          dissect\t%{a:long}\tthere is no type `long`
          re\t(\tnot a regular expression: missing closing )
          grok\t%{NOPE:a}\tthere is no pattern `NOPE`
          dissect\t%{a\tno closing `}`
          cidr\t10.0.0.0/33\t`10.0.0.0/33` is not a network
          """)
  void patternsThatAreNoneSayWhy(String name, String pattern, String message) {
    assertThatThrownBy(() -> Extractors.make(name, pattern, true))
        .isInstanceOf(BadPattern.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatIsOnlyAskedForNeedsLess() {
    Extractor bytes = Objects.requireNonNull(Extractors.make("base64", "", false));
    assertThat(bytes.extract("gICA", 0)).isNotNull();
    assertThat(Objects.requireNonNull(Extractors.make("base64", "", true)).extract("gICA", 0))
        .isNull();
    Extractor line = Objects.requireNonNull(Extractors.make("influx", "", false));
    assertThat(line.extract(" # nothing", 0)).isNotNull();
    assertThat(line.extract("nothing", 0)).isNull();
  }

  @Test
  void aGlobOfManyStarsTakesBoundedTime() {
    Extractor glob = Objects.requireNonNull(Extractors.make("glob", "a*".repeat(200) + "b", true));
    assertThat(glob.extract("a".repeat(20_000), 0)).isNull();
  }

  @Test
  void patternsThatGrowWithoutEndTakeBoundedTime() {
    Extractor regex = Objects.requireNonNull(Extractors.make("re", "(a+)+$", true));
    Extractor grok = Objects.requireNonNull(Extractors.make("grok", "(a+)+$", true));
    String text = "a".repeat(2_000) + "b";
    assertThat(regex.extract(text, 0)).isNull();
    assertThat(grok.extract(text, 0)).isNull();
  }

  @Test
  void allMatchesAreNoneWhereNobodyTakesThem() {
    Extractor loose = Objects.requireNonNull(Extractors.make("rerg", "(?P<a>x)", true));
    Extractor strict = Objects.requireNonNull(Extractors.make("rerg", "(?P<a>x)", false));
    assertThat(loose.extract("y", 0)).isEqualTo(RecordValue.empty());
    assertThat(strict.extract("y", 0)).isNull();
  }

  @Test
  void anUnknownNameHasNoExtractor() {
    assertThat(Extractors.make("nope", "", true)).isNull();
    assertThat(Extractors.names()).contains("glob", "json");
  }
}
