package io.holdfast.connectors.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.script.Json;
import io.holdfast.script.Value;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
      })
  void aValueWithoutAFormIsRefused(String codec, String json, String message) {
    assertThatThrownBy(() -> written(codec, json))
        .isInstanceOf(CodecException.class)
        .hasMessage(message);
  }
}
