package io.holdfast.cli.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalBundleTest {
  private static final SchemaFingerprint FINGERPRINT = SchemaFingerprint.ofName("a test");

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "-1.5, -1.5",
    "0.1, 0.1",
    "1e21, 1e+21",
    "1e20, 100000000000000000000",
    "123456789012345680000, 123456789012345680000",
    "0.000001, 0.000001",
    "0.0000001, 1e-7",
    "-1.25e-9, -1.25e-9",
    "4.9e-324, 5e-324",
    "2e-323, 2e-323",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "9007199254740993, 9007199254740992",
    "NaN, '\"NaN\"'",
    "Infinity, '\"Infinity\"'",
    "-Infinity, '\"-Infinity\"'",
    "0, 0",
    "-0.0, '\"-0\"'"
  })
  void aDoubleIsPrintedAsEcmaScriptPrintsIt(double value, String text) {
    try (Float8Vector column = new Float8Vector("x", allocator)) {
      column.setSafe(0, value);
      assertThat(only(column, 1)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0.1", "16777216, 16777216", "1.4e-45, 1e-45", "3.4028235e38, 3.4028235e+38"})
  void aFloatHasItsOwnShortestDigits(float value, String text) {
    try (Float4Vector column = new Float4Vector("x", allocator)) {
      column.setSafe(0, value);
      assertThat(only(column, 1)).isEqualTo(text);
    }
  }

  @Test
  void integersThatADoubleCannotHoldAreStrings() {
    try (BigIntVector signed = new BigIntVector("x", allocator);
        UInt8Vector unsigned = new UInt8Vector("y", allocator)) {
      signed.setSafe(0, 1L << 53);
      signed.setSafe(1, -(1L << 53) - 1);
      signed.setNull(2);
      assertThat(only(signed, 3)).isEqualTo("9007199254740992,\"-9007199254740993\",null");
      unsigned.setSafe(0, -1L);
      assertThat(only(unsigned, 1)).isEqualTo("\"18446744073709551615\"");
    }
  }

  @Test
  void textIsEscapedNoMoreThanJsonNeedsAndBinaryIsHex() {
    try (VarCharVector text = new VarCharVector("x", allocator);
        VarBinaryVector binary = new VarBinaryVector("y", allocator)) {
      text.setSafe(0, "\"\\\b\f\n\r\t\u0001/\u007fü€".getBytes(StandardCharsets.UTF_8));
      assertThat(only(text, 1)).isEqualTo("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001/\u007fü€\"");
      binary.setSafe(0, new byte[] {0, -1, 16});
      assertThat(only(binary, 1)).isEqualTo("\"00ff10\"");
    }
  }

  @Test
  void aListSaysWhetherItsItemsMayBeNull() {
    try (ListVector list = ListVector.empty("x", allocator)) {
      var writer = list.getWriter();
      writer.setPosition(0);
      writer.startList();
      writer.bigInt().writeBigInt(7);
      writer.endList();
      list.setValueCount(1);
      VectorSchemaRoot root =
          new VectorSchemaRoot(List.of(list.getField()), List.<FieldVector>of(list), 1);
      assertThat(CanonicalBundle.text(RecordBundle.of(FINGERPRINT, root)))
          .contains("\"type\":\"list<i64?>\"")
          .endsWith("\"columns\":[[[7]]]}]");
    }
  }

  @Test
  void aDictionaryCountsAsItsValuesInTheDigest() {
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));
    try (VarCharVector values = new VarCharVector("values", allocator);
        TinyIntVector keys =
            new TinyIntVector(
                "x", new FieldType(true, new ArrowType.Int(8, true), encoding), allocator);
        VarCharVector plain = new VarCharVector("x", allocator)) {
      values.setSafe(0, "reef".getBytes(StandardCharsets.UTF_8));
      values.setSafe(1, "kelp".getBytes(StandardCharsets.UTF_8));
      values.setValueCount(2);
      keys.setSafe(0, 1);
      keys.setNull(1);
      keys.setValueCount(2);
      plain.setSafe(0, "kelp".getBytes(StandardCharsets.UTF_8));
      plain.setNull(1);
      plain.setValueCount(2);
      MapDictionaryProvider dictionaries =
          new MapDictionaryProvider(new Dictionary(values, encoding));
      RecordBundle encoded =
          RecordBundle.builder().slot(3, FINGERPRINT, root(keys, 2), dictionaries).build();
      RecordBundle decoded = RecordBundle.builder().slot(3, FINGERPRINT, root(plain, 2)).build();
      assertThat(CanonicalBundle.text(encoded))
          .contains("\"type\":\"dictionary<i8,utf8>\"")
          .contains("\"columns\":[[\"kelp\",null]]");
      assertThat(CanonicalBundle.digest(encoded)).isEqualTo(CanonicalBundle.digest(decoded));
    }
  }

  /** The values of a single column, without the brackets. */
  private static String only(FieldVector column, int rows) {
    column.setValueCount(rows);
    String text = CanonicalBundle.text(RecordBundle.of(FINGERPRINT, root(column, rows)));
    int start = text.indexOf("\"columns\":[[") + "\"columns\":[[".length();
    return text.substring(start, text.length() - "]]}]".length());
  }

  private static VectorSchemaRoot root(FieldVector column, int rows) {
    return new VectorSchemaRoot(List.of(column.getField()), List.of(column), rows);
  }
}
