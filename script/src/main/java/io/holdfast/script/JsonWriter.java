package io.holdfast.script;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Writes one value as JSON. */
final class JsonWriter {
  /** A value may name one part many times, and say so in little memory. */
  private static final int MAX_BYTES = 1 << 27;

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  /** How deep a text may stand without going too deep itself. */
  private static final int SHALLOW = Json.MAX_DEPTH / 2;

  /** What is likely to be written besides the text of which a record was edited. */
  private static final int ROOM = 128;

  /** Of a long text perhaps not much is left. */
  private static final int MOST_EXPECTED = 1 << 14;

  private byte[] utf8;
  private int size;

  private JsonWriter(int expected) {
    utf8 = new byte[expected];
  }

  static byte[] write(Value value) {
    if (value instanceof LazyRecord lazy && lazy.isCompact()) {
      return lazy.utf8().clone();
    }
    int known = value instanceof EditedRecord edited ? edited.base().utf8().length : 0;
    JsonWriter writer = new JsonWriter(ROOM + Math.min(known, MOST_EXPECTED));
    writer.value(value, 0);
    return Arrays.copyOf(writer.utf8, writer.size);
  }

  private void value(Value value, int depth) {
    switch (value) {
      case Value.Null _ -> plain("null");
      case Value.Bool bool -> plain(bool.value() ? "true" : "false");
      case Value.Int integer -> plain(Long.toString(integer.value()));
      case Value.Unsigned integer -> plain(integer.toString());
      case Value.Real real -> plain(real.toString());
      case Value.Text text -> string(text.value());
      case Value.Bytes bytes -> {
        add('"');
        plain(Base64.getEncoder().encodeToString(bytes.toByteArray()));
        add('"');
      }
      case ArrayValue array -> array(array, depth);
      case LazyRecord lazy -> lazy(lazy, depth);
      case EditedRecord edited -> edited(edited, depth);
      case MapRecord fields -> fields(fields, depth);
    }
  }

  private static void check(int depth) {
    if (depth >= Json.MAX_DEPTH) {
      throw new JsonException("the value is nested deeper than " + Json.MAX_DEPTH, -1);
    }
  }

  private void array(ArrayValue array, int depth) {
    check(depth);
    add('[');
    for (int i = 0; i < array.size(); i++) {
      if (i > 0) {
        add(',');
      }
      value(array.get(i), depth + 1);
    }
    add(']');
  }

  private void fields(MapRecord fields, int depth) {
    check(depth);
    char before = '{';
    for (Map.Entry<String, Value> field : fields.entries()) {
      add(before);
      before = ',';
      string(field.getKey());
      add(':');
      value(field.getValue(), depth + 1);
    }
    if (before == '{') {
      add('{');
    }
    add('}');
  }

  private void lazy(LazyRecord lazy, int depth) {
    if (lazy.isCompact() && depth <= SHALLOW) {
      text(lazy.utf8(), 0, lazy.utf8().length);
    } else {
      fields(lazy.whole(), depth);
    }
  }

  /** Fields that stand side by side in the text are added at once. */
  private void edited(EditedRecord record, int depth) {
    if (depth > SHALLOW) {
      fields(record.whole(), depth);
      return;
    }
    LazyRecord base = record.base();
    boolean isFirst = true;
    for (int field = 0; field < base.size(); field++) {
      if (record.isRemoved(field)) {
        continue;
      }
      add(isFirst ? '{' : ',');
      isFirst = false;
      int start = base.keyStart(field);
      Value changed = record.set(field);
      if (changed == null && base.isCompact()) {
        while (field + 1 < base.size() && record.isAsRead(field + 1)) {
          field++;
        }
        text(base.utf8(), start, base.valueEnd(field));
        continue;
      }
      text(base.utf8(), start, base.keyEnd(field));
      add(':');
      if (changed == null && base.isAsWritten(field)) {
        text(base.utf8(), base.valueStart(field), base.valueEnd(field));
      } else {
        value(changed == null ? base.value(field) : changed, depth + 1);
      }
    }
    for (Map.Entry<String, Value> field : record.added().entrySet()) {
      add(isFirst ? '{' : ',');
      isFirst = false;
      string(field.getKey());
      add(':');
      value(field.getValue(), depth + 1);
    }
    add('}');
  }

  private void text(byte[] from, int start, int end) {
    room(end - start);
    System.arraycopy(from, start, utf8, size, end - start);
    size += end - start;
  }

  private void string(String text) {
    add('"');
    int length = text.length();
    room(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        escape(c);
        room(length - i);
      } else if (c < 0x80) {
        utf8[size++] = (byte) c;
      } else {
        int end = i;
        while (end < length && text.charAt(end) >= 0x80) {
          end++;
        }
        byte[] encoded = text.substring(i, end).getBytes(StandardCharsets.UTF_8);
        room(encoded.length + length - end);
        System.arraycopy(encoded, 0, utf8, size, encoded.length);
        size += encoded.length;
        i = end - 1;
      }
    }
    add('"');
  }

  private void escape(char c) {
    switch (c) {
      case '"', '\\' -> escaped(c);
      case '\b' -> escaped('b');
      case '\t' -> escaped('t');
      case '\n' -> escaped('n');
      case '\f' -> escaped('f');
      case '\r' -> escaped('r');
      default -> {
        plain("\\u00");
        add((char) HEX[c >> 4]);
        add((char) HEX[c & 0xF]);
      }
    }
  }

  private void escaped(char c) {
    add('\\');
    add(c);
  }

  /** Adds text that is all ASCII. */
  private void plain(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      utf8[size++] = (byte) text.charAt(i);
    }
  }

  private void add(char c) {
    room(1);
    utf8[size++] = (byte) c;
  }

  private void room(int more) {
    if (utf8.length - size < more) {
      if ((long) size + more > MAX_BYTES) {
        throw new JsonException("the JSON would have more than " + MAX_BYTES + " bytes", -1);
      }
      utf8 = Arrays.copyOf(utf8, Math.max(2 * utf8.length, Math.addExact(size, more)));
    }
  }
}
