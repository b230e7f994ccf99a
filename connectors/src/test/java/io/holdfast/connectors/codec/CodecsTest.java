package io.holdfast.connectors.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.holdfast.script.Json;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecsTest {
  private static final long NOW = 77;

  private static Codec codec(String name) {
    return Objects.requireNonNull(Codecs.named(name));
  }

  private static String read(String codec, String bytes) {
    return new String(Json.writeBytes(codec(codec).decode(bytes.getBytes(UTF_8), NOW)), UTF_8);
  }

  private static String written(String codec, String json) {
    return new String(codec(codec).encode(Json.parse(json.getBytes(UTF_8))), UTF_8);
  }

  @Test
  void bytesStayAsTheyAre() {
    byte[] bytes = {0, -1, 'a'};
    Value read = codec("binary").decode(bytes, NOW);
    assertThat(read).isEqualTo(new Value.Bytes(bytes));
    assertThat(codec("binary").encode(read)).isEqualTo(bytes);
    assertThat(written("binary", "\"é\"")).isEqualTo("é");
    assertThat(written("binary", "[1]")).isEqualTo("[1]");
    assertThatThrownBy(() -> codec("string").decode(bytes, NOW)).hasMessage("no UTF-8");
  }

  @Test
  void nullIsNothing() {
    assertThat(read("null", "{")).isEqualTo("null");
    assertThat(written("null", "[1]")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "csv    ~ a,b,,c d           ~ [\"a\",\"b\",\"\",\"c d\"]",
        "csv    ~ \"a,b\",\"c\"\"d\" ~ [\"a,b\",\"c\\\"d\"]",
        "csv    ~ a\"b,\"\"          ~ [\"a\\\"b\",\"\"]",
        "csv    ~ \"\"               ~ [\"\"]",
        "statsd ~ n:1|c              ~ {\"metric\":\"n\",\"type\":\"c\",\"value\":1}",
        "statsd ~ n:1.5|ms|@0.25 ~"
            + " {\"metric\":\"n\",\"type\":\"ms\",\"value\":1.5,\"sample_rate\":0.25}",
        "statsd ~ n:-4|c             ~ {\"metric\":\"n\",\"type\":\"c\",\"value\":-4}",
        "statsd ~ n:4|g              ~ {\"metric\":\"n\",\"type\":\"g\",\"value\":4}",
        "statsd ~ n:-4|g ~ {\"metric\":\"n\",\"type\":\"g\",\"action\":\"sub\",\"value\":4}",
        "statsd ~ n:+1e22|g ~ {\"metric\":\"n\",\"type\":\"g\",\"action\":\"add\",\"value\":1e22}",
        "influx ~ m f=1i ~"
            + " {\"measurement\":\"m\",\"tags\":{},\"fields\":{\"f\":1},\"timestamp\":77}",
        "influx ~ m\\ n,b=1,a=x\\,y g=1.5,f=\"q\\\"\",e=true 9 ~ {\"measurement\":\"m n\","
            + "\"tags\":{\"b\":\"1\",\"a\":\"x,y\"},\"fields\":{\"g\":1.5,\"f\":\"q\\\"\",\"e\":true},"
            + "\"timestamp\":9}",
        "yaml   ~ {a: 1, b: [x, 'y', \"z\\n\"], c: 1.5, d: true, e: null, f: 0x1F, g: '7'} ~"
            + " {\"a\":1,\"b\":[\"x\",\"y\",\"z\\n\"],\"c\":1.5,\"d\":true,\"e\":null,\"f\":31,"
            + "\"g\":\"7\"}",
        "yaml   ~ [&a {k: v}, *a, !!str 1, !!float 2, null, 18446744073709551615] ~"
            + " [{\"k\":\"v\"},{\"k\":\"v\"},\"1\",2.0,null,18446744073709551615]",
        "yaml   ~ text ~ \"text\"",
      })
  void aLineIsReadAndIsTheSameWhenItIsWrittenAndReadAgain(String codec, String line, String json) {
    assertThat(read(codec, line)).isEqualTo(json);
    // What is written may be in another order.
    Value value = Json.parse(json.getBytes(UTF_8));
    assertThat(codec(codec).decode(codec(codec).encode(value), NOW)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "csv    ~ [\"a\",1,2.5,true,null] ~ a,1,2.5,true,",
        "csv    ~ [\"a,\",\"b\\\"\"]      ~ \"a,\",\"b\"\"\"",
        "csv    ~ [\"\"]                  ~ \"\"",
        "statsd ~ {\"metric\":\"n\",\"type\":\"g\",\"action\":\"add\",\"value\":2} ~ n:+2|g",
        "statsd ~ {\"metric\":\"n\",\"type\":\"s\",\"value\":2,\"sample_rate\":1} ~ n:2|s|@1",
        "influx ~ {\"measurement\":\"m\",\"tags\":{\"b\":\"2\",\"a\":\"="
            + " \"},\"fields\":{\"z\":1,\"f\":1.0},\"timestamp\":3} ~ m,a=\\=\\ ,b=2 f=1.0,z=1i 3",
        "influx ~ {\"measurement\":\"m\",\"fields\":{\"f\":false}} ~ m f=false",
        "yaml   ~ {\"a b\":[1,2.0,\"3\",null,true],\"c\":{}} ~"
            + " {\"a b\": [1, 2.0, \"3\", null, true], \"c\": {}}",
      })
  void aValueIsWritten(String codec, String json, String line) {
    assertThat(written(codec, json)).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "csv    ~ \"a ~ a quote of the row is not closed",
        "statsd ~ n:x|c ~ no metric of StatsD, such as name:1|c",
        "statsd ~ n:1|q ~ no metric of StatsD, such as name:1|c",
        "statsd ~ n:1|c|0.1 ~ no metric of StatsD, such as name:1|c",
        "statsd ~ n:99999999999999999999|c ~ the value of the metric is no number of 64 bits",
        "statsd ~ n:1e999|c ~ a number of the metric is too large",
        "influx ~ m ~ no line of InfluxDB's protocol, such as name,tag=a field=1 0",
        "influx ~ # x ~ no line of InfluxDB's protocol, such as name,tag=a field=1 0",
        "yaml   ~ `` ~ no YAML: there is no document",
        "yaml   ~ [1 ~ no YAML: expected ',' or ']', but got <stream end>",
        "yaml   ~ *a ~ no YAML: the alias a names nothing before it",
        "yaml   ~ {[a]: 1} ~ no YAML: a key is no string",
        "yaml   ~ !!set {a} ~ no YAML: the tag tag:yaml.org,2002:set means nothing here",
        "yaml   ~ 18446744073709551616 ~ no YAML: the integer does not fit into 64 bits",
        "yaml   ~ \"\\u ~ no YAML: an escape stands for no character",
        "yaml   ~ \"\\UFFFFFFFF\" ~ no YAML: an escape stands for no character",
        "yaml   ~ 1e999 ~ no YAML: the number does not fit into a 64-bit float",
        "yaml   ~ \"\\ud800\" ~ no YAML: a string has an escape of half a surrogate pair",
      })
  void aLineThatIsNoneIsRefused(String codec, String line, String message) {
    assertThatThrownBy(() -> read(codec, line))
        .isInstanceOf(CodecException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "csv    ~ {} ~ a row must be an array with elements, not record",
        "csv    ~ [] ~ a row must be an array with elements, not array",
        "csv    ~ [[]] ~ a field of a row must be a string, not array",
        "statsd ~ {} ~ a metric of StatsD has the fields metric, type and value",
        "statsd ~ {\"metric\":\"n\",\"type\":\"c\",\"value\":\"1\"}"
            + " ~ a metric of StatsD has numbers, not string",
        "influx ~ {\"measurement\":\"m\",\"fields\":{}}"
            + " ~ a point of InfluxDB has the fields measurement and fields",
        "influx ~ {\"measurement\":\"m\",\"fields\":{\"f\":null}} ~ a field of InfluxDB cannot be"
            + " null",
        "influx ~ {\"measurement\":\"m\",\"fields\":{\"f g\":1}}"
            + " ~ the name of a field has a space or a comma: f g",
        "influx ~ {\"measurement\":\"\",\"fields\":{\"f\":1}}"
            + " ~ the measurement is empty or begins with #",
        "influx ~ {\"measurement\":\"m\",\"tags\":{\"t\":1},\"fields\":{\"f\":1}}"
            + " ~ the tag t is no string",
        "influx ~ {\"measurement\":\"m\",\"fields\":{\"f\":1},\"timestamp\":-1}"
            + " ~ the timestamp is no integer from 0",
        "binflux ~ {} ~ a point of InfluxDB has the fields measurement and fields",
        "binflux ~ {\"measurement\":\"m\",\"fields\":{}} ~ the timestamp is no integer from 0",
        "binflux ~ {\"measurement\":\"m\",\"fields\":{\"f\":[]},\"timestamp\":1}"
            + " ~ a field of InfluxDB cannot be array",
        "syslog ~ {} ~ a message of syslog is a record with the field protocol",
        "syslog ~ {\"protocol\":\"x\"} ~ the protocol of a message of syslog is RFC3164 or RFC5424",
        "syslog ~ {\"protocol\":\"RFC5424\"} ~ the protocol_version is no integer from 1 to 999",
        "syslog ~ {\"protocol\":\"RFC5424\",\"protocol_version\":1,\"facility\":\"user\","
            + "\"severity\":\"info\",\"hostname\":\"a b\"} ~ the hostname has no form in syslog",
      })
  void aValueWithoutAFormIsRefused(String codec, String json, String message) {
    assertThatThrownBy(() -> written(codec, json))
        .isInstanceOf(CodecException.class)
        .hasMessage(message);
  }

  private static void isReadAndWritten(String codec, String hex, String json) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    Value value = Json.parse(json.getBytes(UTF_8));
    assertThat(codec(codec).decode(bytes, NOW)).isEqualTo(value);
    assertThat(codec(codec).encode(value)).isEqualTo(bytes);
  }

  private static void isRefused(String codec, String hex, String message, int offset) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> codec(codec).decode(bytes, NOW))
        .hasMessage(message)
        .asInstanceOf(type(CodecException.class))
        .extracting(CodecException::offset)
        .isEqualTo(offset);
  }

  @Test
  void aBinaryPointIsReadAndWritten() {
    isReadAndWritten(
        "binflux",
        "0001 6d 0000000000000009 0001 0001 74 0001 78"
            + " 0005 0001 61 00 ffffffffffffffff 0001 62 01 3ff8000000000000"
            + " 0001 63 02 0001 64 03 0001 65 04 0002 c3a9",
        """
        {"measurement":"m","tags":{"t":"x"},"timestamp":9,
         "fields":{"a":-1,"b":1.5,"c":true,"d":false,"e":"\u00e9"}}
        """);
    isRefused("binflux", "0002 6d", "no binflux: it ends too soon", 3);
    String empty = "0001 6d 0000000000000009 0000 0000";
    isRefused("binflux", empty + "00", "no binflux: there is more after the point", 15);
    isRefused(
        "binflux",
        "0001 6d 0000000000000009 0000 0001 0001 61 05",
        "no binflux: there is no field of type 5",
        19);
    String large = "x".repeat(65_536);
    assertThatThrownBy(
            () ->
                written(
                    "binflux", "{\"measurement\":\"" + large + "\",\"fields\":{},\"timestamp\":1}"))
        .hasMessage("binflux has room for 65535 of a thing, not 65536");
  }

  @Test
  void messagePackHasTheShortestFormOfAValue() {
    isReadAndWritten("msgpack", "c0", "null");
    isReadAndWritten("msgpack", "92 c2 c3", "[false,true]");
    isReadAndWritten(
        "msgpack",
        "99 7f cc80 ccff cd0100 ce00010000 cf0000000100000000 cfffffffffffffffff e0 d0df",
        "[127,128,255,256,65536,4294967296,18446744073709551615,-32,-33]");
    isReadAndWritten(
        "msgpack", "93 d1ff7f d2ffff7fff d3ffffffff7fffffff", "[-129,-32769,-2147483649]");
    isReadAndWritten("msgpack", "cb3ff8000000000000", "1.5");
    isReadAndWritten("msgpack", "82 a161 a2c3a9 a0 80", "{\"a\":\"\u00e9\",\"\":{}}");
    isReadAndWritten("msgpack", "d920" + "61".repeat(32), '"' + "a".repeat(32) + '"');
    isReadAndWritten("msgpack", "da0100" + "61".repeat(256), '"' + "a".repeat(256) + '"');
    isReadAndWritten("msgpack", "db00010000" + "61".repeat(65_536), '"' + "a".repeat(65_536) + '"');
    isReadAndWritten("msgpack", "dc0010" + "00".repeat(16), Collections.nCopies(16, 0).toString());
    assertThat(codec("msgpack").encode(new Value.Bytes(new byte[] {7})))
        .containsExactly(0xc4, 1, 7);
    assertThat(codec("msgpack").decode(new byte[] {(byte) 0xc4, 1, 7}, NOW))
        .isEqualTo(new Value.Bytes(new byte[] {7}));
    assertThat(codec("msgpack").decode(HexFormat.of().parseHex("ca3fc00000"), NOW))
        .isEqualTo(Value.of(1.5));
  }

  @Test
  void whatIsNoMessagePackIsRefusedWithItsPlace() {
    isRefused("msgpack", "", "no MessagePack: it ends too soon", 0);
    isRefused("msgpack", "c0c0", "no MessagePack: there is more after the value", 1);
    isRefused("msgpack", "91c1", "no MessagePack: the type c1 is never used", 2);
    isRefused("msgpack", "d40100", "no MessagePack: there is no value for an extension", 1);
    isRefused("msgpack", "810101", "no MessagePack: a key is no string", 2);
    isRefused("msgpack", "dbffffffff", "no MessagePack: it ends too soon", 5);
    isRefused("msgpack", "ddffffffff", "no MessagePack: it ends too soon", 5);
    isRefused("msgpack", "91".repeat(2_000), "no MessagePack: it is nested deeper than 1000", 1001);
    assertThatThrownBy(() -> codec("msgpack").decode(new byte[] {(byte) 0xa1, -1}, NOW))
        .hasMessage("no UTF-8");
  }

  @Test
  void yamlThatIsNestedDeeplyOrNamesAPartOftenIsBounded() {
    assertThatThrownBy(() -> read("yaml", "[".repeat(5_000)))
        .hasMessage("no YAML: it is nested deeper than 128");
    String often = "[&a " + "x".repeat(1 << 20) + ", *a".repeat(200) + "]";
    Value value = codec("yaml").decode(often.getBytes(UTF_8), NOW);
    assertThatThrownBy(() -> codec("yaml").encode(value))
        .hasMessage("the YAML would have more than 134217728 chars");
    assertThatThrownBy(() -> codec("msgpack").encode(value))
        .hasMessage("the MessagePack would have more than 134217728 bytes");
  }

  @Test
  void yamlThatIsNestedDeeplyByItsAliasesIsRefusedBeforeItIsWrittenInFull() {
    String half = "[".repeat(60) + "]".repeat(60);
    String twice = "[&a %s, &b [*a], {k: %s*b%s}]";
    String fits = twice.formatted(half, "[".repeat(66), "]".repeat(66));
    Value value = codec("yaml").decode(fits.getBytes(UTF_8), NOW);
    assertThat(codec("yaml").decode(codec("yaml").encode(value), NOW)).isEqualTo(value);
    assertThatThrownBy(() -> read("yaml", twice.formatted(half, "[".repeat(67), "]".repeat(67))))
        .hasMessage("no YAML: it is nested deeper than 128");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".inf", "-.inf", ".nan", "-0.0", "1e22", "{\"k\": [{}, [], \"\\u0085\\e\"]}"})
  void yamlIsTheSameWhenItIsWrittenAndReadAgain(String text) {
    Value value = codec("yaml").decode(text.getBytes(UTF_8), NOW);
    assertThat(codec("yaml").decode(codec("yaml").encode(value), NOW)).isEqualTo(value);
  }

  private static final long JANUARY_2021 = 1_610_000_000_000_000_000L;

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "<13>Jan  5 15:33:03 74794bfb6795 root[8539]: i am foobar ~"
            + " {\"severity\":\"notice\",\"facility\":\"user\",\"hostname\":\"74794bfb6795\","
            + "\"appname\":\"root\",\"msg\":\"i am foobar\",\"procid\":8539,\"msgid\":null,"
            + "\"protocol\":\"RFC3164\",\"protocol_version\":null,\"structured_data\":null,"
            + "\"timestamp\":1609860783000000000}",
        "<0>Dec 31 23:59:59 h a: ~"
            + " {\"severity\":\"emerg\",\"facility\":\"kern\",\"hostname\":\"h\","
            + "\"appname\":\"a\",\"msg\":\"\",\"procid\":null,\"msgid\":null,"
            + "\"protocol\":\"RFC3164\",\"protocol_version\":null,\"structured_data\":null,"
            + "\"timestamp\":1609459199000000000}",
        "<165>1 2021-03-18T20:30:00.123Z mymachine.example.com evntslog - ID47"
            + " [exampleSDID@32473 iut=\"3\" eventID=\"a\\\"\\]\"][x] An entry ~"
            + " {\"severity\":\"notice\",\"facility\":\"local4\","
            + "\"hostname\":\"mymachine.example.com\",\"appname\":\"evntslog\","
            + "\"msg\":\"An entry\",\"procid\":null,\"msgid\":\"ID47\",\"protocol\":\"RFC5424\","
            + "\"protocol_version\":1,\"structured_data\":{\"exampleSDID@32473\":[{\"iut\":\"3\"},"
            + "{\"eventID\":\"a\\\"]\"}],\"x\":[]},\"timestamp\":1616099400123000000}",
        "<191>1 - - - p1 - - ~"
            + " {\"severity\":\"debug\",\"facility\":\"local7\",\"hostname\":null,\"appname\":null,"
            + "\"msg\":null,\"procid\":\"p1\",\"msgid\":null,\"protocol\":\"RFC5424\","
            + "\"protocol_version\":1,\"structured_data\":null,\"timestamp\":null}",
        "<192>Jan  5 15:33:03 h a: x ~"
            + " {\"severity\":null,\"facility\":null,\"hostname\":null,\"appname\":null,"
            + "\"msg\":\"<192>Jan  5 15:33:03 h a: x\",\"procid\":null,\"msgid\":null,"
            + "\"protocol\":\"RFC3164\",\"protocol_version\":null,\"structured_data\":null,"
            + "\"timestamp\":null}",
      })
  void aMessageOfSyslogIsReadAndWritten(String line, String json) {
    Value message = codec("syslog").decode(line.getBytes(UTF_8), JANUARY_2021);
    assertThat(message).isEqualTo(Json.parse(json.getBytes(UTF_8)));
    assertThat(new String(codec("syslog").encode(message), UTF_8).strip()).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<13>Feb 30 15:33:03 h a: x",
        "<13>Jan  5 25:33:03 h a: x",
        "<1>1 2021-13-18T20:30:00Z h a p i -",
        "<1>1 2021-03-18T20:30:00Z h a p i [a][a]",
        "<1>1 2021-03-18T20:30:00Z h a p i [a b=\"]\"]",
        "<1>1 2021-03-18T20:30:00Z h a p i [a b=\"",
        "<1>1 2021-03-18T20:30:00Z h a p i -x",
        "no message"
      })
  void whatIsNoMessageOfSyslogIsItsTextAlone(String line) {
    RecordValue message = (RecordValue) codec("syslog").decode(line.getBytes(UTF_8), JANUARY_2021);
    assertThat(message.get("msg")).isEqualTo(Value.of(line));
    assertThat(message.get("severity")).isEqualTo(Value.NULL);
  }
}
