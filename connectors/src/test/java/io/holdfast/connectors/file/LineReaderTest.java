package io.holdfast.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  /** Gives so many bytes at a time. */
  private static InputStream slowly(String text, int atOnce) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(atOnce, length));
      }
    };
  }

  private static List<String> lines(InputStream in, int limit) throws IOException {
    LineReader reader = new LineReader(in, limit);
    List<String> lines = new ArrayList<>();
    for (byte[] line = reader.next(); line != null; line = reader.next()) {
      lines.add(reader.wasTooLong() ? "too long" : new String(line, StandardCharsets.UTF_8));
    }
    return lines;
  }

  @Test
  void linesAreTheSameHoweverTheyAreRead() throws IOException {
    String text = "one\r\n\ntwo\r three\n\nfour";
    for (int atOnce = 1; atOnce <= text.length(); atOnce++) {
      assertThat(lines(slowly(text, atOnce), 100))
          .as("%s bytes at once", atOnce)
          .containsExactly("one", "", "two\r three", "", "four");
    }
    assertThat(lines(slowly("", 1), 100)).isEmpty();
    assertThat(lines(slowly("\n", 1), 100)).containsExactly("");
  }

  @Test
  void aLineThatIsTooLongIsPassedOverAndTheNextIsRead() throws IOException {
    String text = "12345\n123456\n" + "x".repeat(200_000) + "\n1234567";
    for (int atOnce : List.of(1, 5, 6, 7, 100_000)) {
      assertThat(lines(slowly(text, atOnce), 5))
          .as("%s bytes at once", atOnce)
          .containsExactly("12345", "too long", "too long", "too long");
    }
    assertThat(lines(slowly(text + "\n1", 64), 6))
        .containsExactly("12345", "123456", "too long", "too long", "1");
  }

  @Test
  void aLineWithoutEndTakesNoMoreMemoryThanTheLimit() throws IOException {
    InputStream endless =
        new InputStream() {
          // More than an array could hold.
          private long left = 1L << 32;

          @Override
          public int read() {
            throw new AssertionError("reads in chunks");
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            int count = (int) Math.min(left, length);
            left -= count;
            return count == 0 ? -1 : count;
          }
        };
    assertThat(lines(endless, 1 << 20)).containsExactly("too long");
  }
}
