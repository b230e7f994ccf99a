package io.holdfast.fuzz.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.CodecException;
import io.holdfast.connectors.codec.Codecs;
import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.Location;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer sent, through every codec there is. */
final class CodecFuzzTest {
  static List<byte[]> seeds() {
    return List.of(
        "{\"a\":[1,2.5,null]}".getBytes(UTF_8),
        "text \u00e9".getBytes(UTF_8),
        "a,\"b \"\"c\"\",\",".getBytes(UTF_8),
        "m\\,n,t=a f=1i,g=2.5,h=\"x\\\"y\",i=true 17".getBytes(UTF_8),
        "name:-1.5|g|@0.25".getBytes(UTF_8),
        "a: [&b {c: 0x1F}, *b, !!float 1]\n".getBytes(UTF_8),
        "<13>Jan  5 15:33:03 host app[85]: text".getBytes(UTF_8),
        "<165>1 2021-03-18T20:30:00.123Z h a - i [x y=\"3\"] text".getBytes(UTF_8),
        new byte[] {(byte) 0x82, (byte) 0xa1, 'a', (byte) 0x91, 1, (byte) 0xa0, (byte) 0xc4, 1, 7},
        new byte[] {0, 1, 'm', 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 0, 1, 'f', 2});
  }

  private static List<Codec> codecs() {
    List<Codec> codecs = new ArrayList<>();
    Location here = new Location("fuzz", 1, 1);
    for (String name : Codecs.names()) {
      ConfigErrors errors = new ConfigErrors();
      codecs.add(
          Codecs.of(
              new ConnectorSpec(
                  "fuzz",
                  here,
                  new ConfigNode.Scalar(here, Value.of(name)),
                  ConfigNode.Mapping.empty(here)),
              errors));
    }
    return codecs;
  }

  private static final List<Codec> CODECS = codecs();

  @MethodSource("seeds")
  @DictionaryFile(resourcePath = "/io/holdfast/fuzz/language/json.dict")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatACodecReadsItWritesAndReadsAgain(byte[] input) {
    for (Codec codec : CODECS) {
      try {
        Value value = codec.decode(input, 7);
        assertThat(codec.decode(codec.encode(value), 8)).as(codec.name()).isEqualTo(value);
      } catch (CodecException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
  }
}
