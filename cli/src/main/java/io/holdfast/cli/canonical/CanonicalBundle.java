package io.holdfast.cli.canonical;

import io.holdfast.engine.RecordBundle;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A bundle as compact JSON: an array of its slots, ascending by number, each with {@code slot},
 * {@code fingerprint}, {@code rows}, {@code schema} (name, type, nullable) and {@code columns}.
 *
 * <p>Integers beyond ±2<sup>53</sup> are strings, floats are printed as ECMAScript does (RFC 8785)
 * and what JSON has no number for as strings, binary is lower-case hex, a map is an array of pairs,
 * a dictionary its values.
 */
public final class CanonicalBundle {
  private CanonicalBundle() {}

  /** The text. */
  public static String text(RecordBundle bundle) {
    return text(bundle, false);
  }

  /**
   * The SHA-256 of the text in which a dictionary counts as its value type, in hex: dropping or
   * widening a dictionary is no change of the data.
   */
  public static String digest(RecordBundle bundle) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(text(bundle, true).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String text(RecordBundle bundle, boolean logical) {
    StringBuilder out = new StringBuilder("[");
    for (RecordBundle.Slot slot : bundle.slots()) {
      if (out.length() > 1) {
        out.append(',');
      }
      slot(out, slot, logical);
    }
    return out.append(']').toString();
  }

  private static void slot(StringBuilder out, RecordBundle.Slot slot, boolean logical) {
    VectorSchemaRoot root = slot.root();
    CanonicalValue values = new CanonicalValue(slot.dictionaries());
    CanonicalType types = new CanonicalType(slot.dictionaries(), logical);
    out.append("{\"slot\":").append(slot.id());
    out.append(",\"fingerprint\":\"").append(slot.fingerprint());
    out.append("\",\"rows\":").append(root.getRowCount()).append(",\"schema\":[");
    boolean first = true;
    for (Field field : root.getSchema().getFields()) {
      out.append(first ? "" : ",").append("{\"name\":");
      CanonicalValue.string(out, field.getName());
      out.append(",\"type\":");
      CanonicalValue.string(out, types.text(field));
      out.append(",\"nullable\":").append(field.isNullable()).append('}');
      first = false;
    }
    out.append("],\"columns\":[");
    first = true;
    for (FieldVector vector : root.getFieldVectors()) {
      out.append(first ? "[" : ",[");
      for (int row = 0; row < root.getRowCount(); row++) {
        if (row > 0) {
          out.append(',');
        }
        values.append(out, vector, row);
      }
      out.append(']');
      first = false;
    }
    out.append("]}");
  }
}
