package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BatchStreamWriter;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Streams go in and out; Arrow's own reader reads what comes out. */
class ArrowFormatTest {
  @TempDir private Path directory;

  private final Screen screen = new Screen();
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();

  @Test
  void whatOtherProgramsReadIsWhatWasAppendedDictionariesIncluded() throws IOException {
    assertThat(screen.run("export", "--format", "csv", directory.toString())).isEqualTo(2);
    assertThat(append(concat(numbers(1, 2), words("a", "b", "a"), words("c"), numbers(3))))
        .isZero();
    assertThat(screen.out().lines()).containsExactly("0", "1", "2", "3");

    byte[] first = export();
    assertThat(read(first)).containsExactly("[1, 2]", "[a, b, a]", "[c]", "[3]");

    // What was written can be appended again, and has the same fingerprints and values.
    assertThat(screen.run("export", directory.toString())).isZero();
    List<String> before = screen.out().lines().map(ArrowFormatTest::slots).toList();
    assertThat(append(first)).isZero();
    assertThat(screen.run("export", directory.toString())).isZero();
    List<String> after = screen.out().lines().map(ArrowFormatTest::slots).toList();
    assertThat(after)
        .hasSize(8)
        .startsWith(before.toArray(String[]::new))
        .endsWith(before.toArray(String[]::new));
  }

  @Test
  void inputThatIsNoStreamOrIsCutOffIsNamedAndWhatCameBeforeIsKept() throws IOException {
    byte[] two = concat(numbers(1), numbers(2));
    assertThat(append(Arrays.copyOf(two, two.length - 20))).isEqualTo(1);
    assertThat(screen.out().lines()).containsExactly("0");
    assertThat(screen.err()).contains("stdin: at byte ").contains("cut off");
    assertThat(append("{\"a\":1}\n".getBytes(StandardCharsets.UTF_8))).isEqualTo(1);
    assertThat(screen.err()).contains("stdin: at byte 0: these bytes are no Arrow IPC stream");
    assertThat(append("ARROW1\0\0".getBytes(StandardCharsets.UTF_8))).isEqualTo(1);
    assertThat(screen.err()).contains("Arrow IPC file");
    assertThat(read(export())).containsExactly("[1]");
  }

  private static String slots(String line) {
    return line.substring(line.indexOf("\"slots\""));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] numbers(long... values) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        BigIntVector vector = new BigIntVector("n", allocator)) {
      for (int row = 0; row < values.length; row++) {
        vector.setSafe(row, values[row]);
      }
      vector.setValueCount(values.length);
      return stream(vector, new DictionaryProvider.MapDictionaryProvider());
    }
  }

  private static byte[] words(String... values) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        VarCharVector all = new VarCharVector("w", allocator);
        VarCharVector plain = new VarCharVector("w", allocator)) {
      List<String> distinct = Arrays.stream(values).distinct().toList();
      fill(all, distinct);
      fill(plain, List.of(values));
      Dictionary dictionary =
          new Dictionary(all, new DictionaryEncoding(7, false, new ArrowType.Int(32, true)));
      try (IntVector encoded = (IntVector) DictionaryEncoder.encode(plain, dictionary)) {
        return stream(encoded, new DictionaryProvider.MapDictionaryProvider(dictionary));
      }
    }
  }

  private static void fill(VarCharVector vector, List<String> values) {
    for (int row = 0; row < values.size(); row++) {
      vector.setSafe(row, values.get(row).getBytes(StandardCharsets.UTF_8));
    }
    vector.setValueCount(values.size());
  }

  private static byte[] stream(FieldVector vector, DictionaryProvider dictionaries)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BatchStreamWriter writer = new BatchStreamWriter(out)) {
      VectorSchemaRoot root = VectorSchemaRoot.of(vector);
      root.setRowCount(vector.getValueCount());
      writer.write(
          RecordBundle.builder()
              .slot(0, SchemaFingerprint.ofName("any"), root, dictionaries)
              .build()
              .slots()
              .getFirst());
    }
    return out.toByteArray();
  }

  /** The values of each batch, read by Arrow's own reader. */
  private static List<String> read(byte[] streams) throws IOException {
    List<String> batches = new ArrayList<>();
    InputStream input = new ByteArrayInputStream(streams);
    while (input.available() > 0) {
      // Arrow's reader copies its input into direct buffers, which current JDKs let it do by
      // itself.
      try (BufferAllocator allocator = new RootAllocator();
          ArrowStreamReader reader = new ArrowStreamReader(new Unclosed(input), allocator)) {
        while (reader.loadNextBatch()) {
          VectorSchemaRoot root = reader.getVectorSchemaRoot();
          FieldVector vector = root.getVector(0);
          DictionaryEncoding encoding = vector.getField().getDictionary();
          if (encoding == null) {
            batches.add(values(vector));
          } else {
            Dictionary dictionary = reader.lookup(encoding.getId());
            try (FieldVector plain = (FieldVector) DictionaryEncoder.decode(vector, dictionary)) {
              batches.add(values(plain));
            }
          }
        }
      }
    }
    return batches;
  }

  private static String values(FieldVector vector) {
    List<String> values = new ArrayList<>();
    for (int row = 0; row < vector.getValueCount(); row++) {
      values.add(String.valueOf(vector.getObject(row)));
    }
    return values.toString();
  }

  /** Another stream may follow. */
  private static final class Unclosed extends java.io.FilterInputStream {
    Unclosed(InputStream input) {
      super(input);
    }

    @Override
    public void close() {}
  }

  private byte[] export() {
    stdout.reset();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(stdout, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(Holdfast.run(console, "export", "--format", "arrow", directory.toString()))
        .as(err.toString(StandardCharsets.UTF_8))
        .isZero();
    return stdout.toByteArray();
  }

  private int append(byte[] input) {
    Console console = screen.console();
    Failures failures = new Failures(console);
    int code =
        new CommandLine(new AppendCommand(console, new ByteArrayInputStream(input), failures))
            .setExecutionExceptionHandler(failures)
            .execute("--format", "arrow", directory.toString());
    console.out().flush();
    return code;
  }
}
