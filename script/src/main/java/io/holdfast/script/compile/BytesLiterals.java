package io.holdfast.script.compile;

import io.holdfast.script.ScriptException;
import io.holdfast.script.Value;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles bytes that are put together from integers, strings and bytes. */
final class BytesLiterals {
  private static final long USUAL_BITS = 8;
  private static final int MAX_BITS = 64;

  /** What may be written behind the slash, in this order of words alone. */
  private static final Set<String> TYPES =
      Set.of(
          "binary",
          "integer",
          "big",
          "unsigned",
          "unsigned-integer",
          "big-integer",
          "big-unsigned-integer",
          "signed-integer",
          "big-signed-integer",
          "little",
          "little-integer",
          "little-unsigned-integer",
          "little-signed-integer");

  /** What a part holds. */
  private enum Kind {
    UNSIGNED("an integer from 0"),
    SIGNED("an integer with a sign, of 64 bits"),
    BINARY("bytes or a string");

    private final String described;

    Kind(String described) {
      this.described = described;
    }
  }

  private final ExprCompiler compiler;

  BytesLiterals(ExprCompiler compiler) {
    this.compiler = compiler;
  }

  /**
   * A compiled part.
   *
   * @param data its value
   * @param kind what it holds
   * @param size how many bits of an integer or bytes of bytes are wanted, or null
   * @param little whether the lowest byte of an integer comes first
   * @param site where it is
   */
  private record Part(Node data, Kind kind, @Nullable Long size, boolean little, Site site) {
    ScriptException wrong(Value value) {
      return site.failure("this must be " + kind.described + ", not " + value.type());
    }
  }

  Node compile(Expr.BytesLiteral literal) {
    List<Part> parts = new ArrayList<>();
    List<Node> operands = new ArrayList<>();
    for (Expr.BytesPart written : literal.parts()) {
      Part part = part(written);
      parts.add(part);
      operands.add(part.data());
    }
    Node node =
        frame -> {
          BitWriter writer = new BitWriter();
          for (Part part : parts) {
            write(part, part.data().eval(frame), writer);
          }
          return new Value.Bytes(writer.toByteArray());
        };
    return compiler.foldedIfConstant(node, operands);
  }

  private Part part(Expr.BytesPart written) {
    Name type = written.type();
    String words = type == null ? "integer" : type.text();
    Long size = written.bits();
    if (type != null && !TYPES.contains(words)) {
      compiler
          .problems()
          .error(
              written.span(),
              "there is no encoding `" + words + "`",
              "use `binary`, or `integer` with `big` or `little`, `signed` or `unsigned` before"
                  + " it");
    } else if (size != null && (size < 1 || size > MAX_BITS)) {
      compiler
          .problems()
          .error(written.span(), "a size must be from 1 to " + MAX_BITS + ", not " + size, null);
    }
    boolean signed = words.contains("signed") && !words.contains("unsigned");
    return new Part(
        compiler.compile(written.data()),
        words.equals("binary") ? Kind.BINARY : signed ? Kind.SIGNED : Kind.UNSIGNED,
        size,
        words.startsWith("little"),
        compiler.site(written.span()));
  }

  private static void write(Part part, Value value, BitWriter writer) {
    switch (part.kind()) {
      case BINARY -> writeBytes(part, value, writer);
      case SIGNED -> {
        if (!(value instanceof Value.Int(long integer))) {
          throw part.wrong(value);
        }
        writeInteger(part, integer, writer);
      }
      case UNSIGNED -> {
        if (value instanceof Value.Int(long integer) && integer >= 0) {
          writeInteger(part, integer, writer);
        } else if (value instanceof Value.Unsigned(long bits)) {
          writeInteger(part, bits, writer);
        } else {
          throw part.wrong(value);
        }
      }
    }
  }

  private static void writeInteger(Part part, long value, BitWriter writer) {
    long bits = part.size() == null ? USUAL_BITS : part.size();
    if (!part.little() || bits <= Byte.SIZE) {
      writer.write(value, (int) bits);
      return;
    }
    // All the bytes that the bits need are turned round, also where the last is not full.
    long width = (bits + Byte.SIZE - 1) / Byte.SIZE * Byte.SIZE;
    writer.write(Long.reverseBytes(value) >>> (Long.SIZE - width), (int) bits);
  }

  private static void writeBytes(Part part, Value value, BitWriter writer) {
    byte[] bytes =
        switch (value) {
          case Value.Text(String text) -> text.getBytes(StandardCharsets.UTF_8);
          case Value.Bytes it -> it.toByteArray();
          default -> throw part.wrong(value);
        };
    long count = part.size() == null ? bytes.length : part.size();
    if (count > bytes.length) {
      throw part.site().failure("there are " + bytes.length + " bytes, not " + count);
    }
    for (int i = 0; i < count; i++) {
      writer.write(bytes[i], Byte.SIZE);
    }
  }

  /** Packs bits, the highest first; what is left at the end is the low part of a last byte. */
  private static final class BitWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int pending;
    private int pendingBits;

    void write(long value, int bits) {
      for (int i = bits - 1; i >= 0; i--) {
        pending = (pending << 1) | (int) ((value >>> i) & 1);
        if (++pendingBits == Byte.SIZE) {
          bytes.write(pending);
          pending = 0;
          pendingBits = 0;
        }
      }
    }

    byte[] toByteArray() {
      if (pendingBits > 0) {
        bytes.write(pending);
      }
      return bytes.toByteArray();
    }
  }
}
