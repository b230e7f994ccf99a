package io.holdfast.script.compile;

import io.holdfast.script.ScriptException;
import io.holdfast.script.Value;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles bytes that are put together from integers, strings and bytes. */
final class BytesLiterals {
  private static final long USUAL_BITS = 8;
  private static final Set<String> TYPES =
      Set.of("binary", "integer", "big", "little", "signed", "unsigned");

  private final ExprCompiler compiler;

  BytesLiterals(ExprCompiler compiler) {
    this.compiler = compiler;
  }

  /**
   * A compiled part.
   *
   * @param data its value
   * @param bits how many bits are wanted, or null
   * @param little whether the lowest byte of an integer comes first
   * @param site where it is
   */
  private record Part(Node data, @Nullable Long bits, boolean little, Site site) {}

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
    List<String> words = type == null ? List.of() : Arrays.asList(type.text().split("-"));
    if (type != null && !TYPES.containsAll(words)) {
      compiler
          .problems()
          .error(
              type.span(),
              "there is no encoding `" + type.text() + "`",
              "use `binary` or `integer`, `signed` or `unsigned`, `big` or `little`");
    }
    return new Part(
        compiler.compile(written.data()),
        written.bits(),
        words.contains("little"),
        compiler.site(written.span()));
  }

  private static void write(Part part, Value value, BitWriter writer) {
    switch (value) {
      case Value.Int integer -> writeInteger(part, integer.value(), writer);
      case Value.Unsigned integer -> writeInteger(part, integer.bits(), writer);
      case Value.Text text ->
          writeBytes(part, text.value().getBytes(StandardCharsets.UTF_8), writer);
      case Value.Bytes bytes -> writeBytes(part, bytes.toByteArray(), writer);
      default ->
          throw part.site().failure("a value of type " + value.type() + " cannot become bytes");
    }
  }

  private static void writeInteger(Part part, long value, BitWriter writer) {
    long bits = part.bits() == null ? USUAL_BITS : part.bits();
    if (bits < 1 || bits > Long.SIZE) {
      throw part.site().failure("an integer takes 1 to 64 bits, not " + bits);
    }
    if (!part.little()) {
      writer.write(value, (int) bits);
      return;
    }
    for (long done = 0; done < bits; done += Byte.SIZE) {
      writer.write(value >>> done, (int) Math.min(Byte.SIZE, bits - done));
    }
  }

  private static void writeBytes(Part part, byte[] bytes, BitWriter writer) {
    long count = bytes.length;
    Long bits = part.bits();
    if (bits != null) {
      if (bits % Byte.SIZE != 0 || bits / Byte.SIZE > bytes.length) {
        throw tooMany(part, bits, bytes.length);
      }
      count = bits / Byte.SIZE;
    }
    for (int i = 0; i < count; i++) {
      writer.write(bytes[i], Byte.SIZE);
    }
  }

  private static ScriptException tooMany(Part part, long bits, int available) {
    return part.site().failure("cannot take " + bits + " bits of " + available + " bytes");
  }

  /** Packs bits, the highest first; the last byte is filled with zeros. */
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
        write(0, Byte.SIZE - pendingBits);
      }
      return bytes.toByteArray();
    }
  }
}
