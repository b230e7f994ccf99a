package io.holdfast.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A text that a person wrote, with the name under which errors show it. Immutable. */
public final class SourceFile {
  private final String name;
  private final String text;
  private final int[] lineStarts;

  private SourceFile(String name, String text) {
    this.name = name;
    this.text = text;
    this.lineStarts = lineStarts(text);
  }

  /**
   * Wraps a text.
   *
   * @param name the name in messages, usually a path as the user gave it
   * @param text the text
   * @return the source
   */
  public static SourceFile of(String name, String text) {
    return new SourceFile(name, text);
  }

  /**
   * Reads a file.
   *
   * @param path the file; its name in messages is the path as given
   * @return the source
   * @throws IOException if it cannot be read
   * @throws LoadException if it is not UTF-8
   */
  public static SourceFile read(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    SourceFile source = of(path.toString(), new String(bytes, StandardCharsets.UTF_8));
    int bad = Utf8.firstInvalid(bytes, 0, bytes.length);
    if (bad >= 0) {
      int at = new String(bytes, 0, bad, StandardCharsets.UTF_8).length();
      throw new LoadException(
          List.of(Diagnostic.error(source, new Span(at, at + 1), "this is not valid UTF-8", null)));
    }
    return source;
  }

  /**
   * Returns the name that messages show.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the whole text.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  /**
   * Returns the text of a span.
   *
   * @param span a span of this source
   * @return its text
   */
  public String text(Span span) {
    return text.substring(span.start(), span.end());
  }

  /**
   * Returns the line of an offset.
   *
   * @param offset an offset into the text, at most its length
   * @return the line, from 1
   */
  public int line(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /**
   * Returns the column of an offset.
   *
   * @param offset an offset into the text, at most its length
   * @return the column, from 1, in code points; a tab counts one
   */
  public int column(int offset) {
    return text.codePointCount(lineStarts[line(offset) - 1], offset) + 1;
  }

  /**
   * Returns the offset of a place.
   *
   * @param line the line, from 1
   * @param column the column, from 1, in code points
   * @return the offset into the text
   * @throws IndexOutOfBoundsException if there is no such place
   */
  public int offset(int line, int column) {
    return text.offsetByCodePoints(lineStarts[line - 1], column - 1);
  }

  /** Returns a line without its line break. */
  String lineText(int line) {
    int end = line < lineStarts.length ? lineStarts[line] - 1 : text.length();
    String withoutFeed = text.substring(lineStarts[line - 1], end);
    return withoutFeed.endsWith("\r")
        ? withoutFeed.substring(0, withoutFeed.length() - 1)
        : withoutFeed;
  }

  private static int[] lineStarts(String text) {
    int[] starts = new int[16];
    int count = 1;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
      }
      starts[count++] = at + 1;
    }
    return Arrays.copyOf(starts, count);
  }
}
