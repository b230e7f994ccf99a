package io.holdfast.fuzz.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.CodecException;
import io.holdfast.connectors.codec.Codecs;
import io.holdfast.fuzz.Allowance;
import io.holdfast.script.Value;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer sent, through every codec there is. */
final class CodecFuzzTest {
  /** What others take in different ways is read and not written, nor is what grows by aliases. */
  private static final Set<String> READ_MORE_THAN_THEY_WRITE = Set.of("influx", "yaml");

  private static final Allowance ALLOWANCE = new Allowance(16 << 20, 1024);

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

  private static final List<Codec> CODECS =
      Codecs.names().stream().map(name -> Objects.requireNonNull(Codecs.named(name))).toList();

  @MethodSource("seeds")
  @DictionaryFile(resourcePath = "/io/holdfast/fuzz/language/json.dict")
  @FuzzTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatACodecReadsItWritesAndReadsAgain(byte[] input) {
    for (Codec codec : CODECS) {
      Value value = read(codec, input, 7);
      byte[] written = value == null ? null : write(codec, value);
      if (written != null) {
        assertThat(read(codec, written, 8))
            .as("what %s has written", codec.name())
            .isEqualTo(value);
      }
    }
  }

  private static @Nullable Value read(Codec codec, byte[] bytes, long ingestNanos) {
    return ALLOWANCE.covers(bytes.length, () -> decoded(codec, bytes, ingestNanos));
  }

  private static @Nullable Value decoded(Codec codec, byte[] bytes, long ingestNanos) {
    try {
      return codec.decode(bytes, ingestNanos);
    } catch (CodecException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      return null;
    }
  }

  private static byte @Nullable [] write(Codec codec, Value value) {
    try {
      return codec.encode(value);
    } catch (CodecException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      assertThat(codec.name()).as(refused.getMessage()).isIn(READ_MORE_THAN_THEY_WRITE);
      return null;
    }
  }
}
