package io.holdfast.engine.ipc;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;

/**
 * Whether the buffers of a column that was read hold what its rows need: Arrow takes them as they
 * come, and whoever reads the values would be thrown out of the middle of a batch.
 */
final class ColumnCheck {
  private ColumnCheck() {}

  /**
   * Checks a column, with those in it.
   *
   * @throws MalformedIpcException when a value of it lies outside of its buffers
   */
  static void check(FieldVector vector, int rows) throws MalformedIpcException {
    if (vector.getValueCount() < rows) {
      throw outside(vector, "it has " + vector.getValueCount() + " rows of " + rows);
    }
    int count = vector.getValueCount();
    switch (vector) {
      case NullVector none -> {}
      case BaseFixedWidthVector fixed -> {
        validity(fixed, fixed.getValidityBuffer(), count);
        long bytes =
            fixed instanceof BitVector
                ? BitVectorHelper.getValidityBufferSizeFromCount(count)
                : (long) count * fixed.getTypeWidth();
        holds(fixed, fixed.getDataBuffer(), bytes);
      }
      case BaseVariableWidthVector text -> {
        validity(text, text.getValidityBuffer(), count);
        offsets(text, text.getOffsetBuffer(), count, text.getDataBuffer().capacity());
      }
      case BaseLargeVariableWidthVector text -> {
        validity(text, text.getValidityBuffer(), count);
        longOffsets(text, text.getOffsetBuffer(), count, text.getDataBuffer().capacity());
      }
      case BaseVariableWidthViewVector views -> views(views, count);
      case ListVector list -> {
        validity(list, list.getValidityBuffer(), count);
        offsets(list, list.getOffsetBuffer(), count, list.getDataVector().getValueCount());
        check(list.getDataVector(), 0);
      }
      case LargeListVector list -> {
        validity(list, list.getValidityBuffer(), count);
        longOffsets(list, list.getOffsetBuffer(), count, list.getDataVector().getValueCount());
        check(list.getDataVector(), 0);
      }
      case FixedSizeListVector list -> {
        validity(list, list.getValidityBuffer(), count);
        long values = (long) count * list.getListSize();
        check(list.getDataVector(), (int) Math.min(values, Integer.MAX_VALUE));
      }
      case StructVector struct -> {
        validity(struct, struct.getValidityBuffer(), count);
        all(struct.getChildrenFromFields(), count);
      }
      case UnionVector union -> {
        holds(union, union.getTypeBuffer(), count);
        all(union.getChildrenFromFields(), 0);
      }
      case DenseUnionVector union -> dense(union, count);
      case ExtensionTypeVector<?> extension -> storage(extension.getUnderlyingVector(), count);
      default -> all(vector.getChildrenFromFields(), 0);
    }
  }

  private static void all(List<FieldVector> children, int rows) throws MalformedIpcException {
    for (FieldVector child : children) {
      check(child, rows);
    }
  }

  private static void storage(ValueVector vector, int rows) throws MalformedIpcException {
    if (vector instanceof FieldVector column) {
      check(column, rows);
    }
  }

  private static void validity(FieldVector vector, ArrowBuf bits, int rows)
      throws MalformedIpcException {
    holds(vector, bits, BitVectorHelper.getValidityBufferSizeFromCount(rows));
  }

  private static void holds(FieldVector vector, ArrowBuf buffer, long bytes)
      throws MalformedIpcException {
    if (buffer.capacity() < bytes) {
      throw outside(vector, "a buffer of " + buffer.capacity() + " bytes must have " + bytes);
    }
  }

  /** Offsets that rise from zero or more to at most {@code limit}. */
  private static void offsets(FieldVector vector, ArrowBuf buffer, int rows, long limit)
      throws MalformedIpcException {
    if (rows == 0) {
      return;
    }
    holds(vector, buffer, (rows + 1L) * Integer.BYTES);
    int last = 0;
    for (long at = 0; at <= rows; at++) {
      int next = buffer.getInt(at * Integer.BYTES);
      if (next < last) {
        throw outside(vector, "its offsets fall");
      }
      last = next;
    }
    if (last > limit) {
      throw outside(vector, "its offsets reach to " + last + " of " + limit);
    }
  }

  private static void longOffsets(FieldVector vector, ArrowBuf buffer, int rows, long limit)
      throws MalformedIpcException {
    if (rows == 0) {
      return;
    }
    holds(vector, buffer, (rows + 1L) * Long.BYTES);
    long last = 0;
    for (long at = 0; at <= rows; at++) {
      long next = buffer.getLong(at * Long.BYTES);
      if (next < last) {
        throw outside(vector, "its offsets fall");
      }
      last = next;
    }
    if (last > limit) {
      throw outside(vector, "its offsets reach to " + last + " of " + limit);
    }
  }

  private static void views(BaseVariableWidthViewVector vector, int rows)
      throws MalformedIpcException {
    validity(vector, vector.getValidityBuffer(), rows);
    ArrowBuf views = vector.getDataBuffer();
    holds(vector, views, (long) rows * BaseVariableWidthViewVector.ELEMENT_SIZE);
    List<ArrowBuf> data = vector.getDataBuffers();
    for (long row = 0; row < rows; row++) {
      long at = row * BaseVariableWidthViewVector.ELEMENT_SIZE;
      int length = views.getInt(at);
      if (length > BaseVariableWidthViewVector.INLINE_SIZE) {
        int buffer = views.getInt(at + 8);
        int offset = views.getInt(at + 12);
        if (buffer < 0
            || buffer >= data.size()
            || offset < 0
            || offset > data.get(buffer).capacity() - length) {
          throw outside(vector, "a view points outside");
        }
      } else if (length < 0) {
        throw outside(vector, "a view has a length of " + length);
      }
    }
  }

  private static void dense(DenseUnionVector union, int rows) throws MalformedIpcException {
    holds(union, union.getTypeBuffer(), rows);
    holds(union, union.getOffsetBuffer(), (long) rows * Integer.BYTES);
    all(union.getChildrenFromFields(), 0);
    for (int row = 0; row < rows; row++) {
      byte type = union.getTypeId(row);
      ValueVector child = type < 0 ? null : union.getVectorByType(type);
      int offset = union.getOffset(row);
      if (type >= 0 && (child == null || offset < 0 || offset >= child.getValueCount())) {
        throw outside(union, "a value of type " + type + " is not there");
      }
    }
  }

  private static MalformedIpcException outside(FieldVector vector, String why) {
    return new MalformedIpcException("column \"" + vector.getName() + "\" is cut off: " + why);
  }
}
