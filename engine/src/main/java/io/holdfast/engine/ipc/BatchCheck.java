package io.holdfast.engine.ipc;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Whether a batch is what it says, before its memory is read: Arrow itself would write the one and
 * read behind the end of the other.
 */
final class BatchCheck {
  private BatchCheck() {}

  /**
   * Checks the columns of a batch.
   *
   * @throws IllegalArgumentException when their lengths differ from the batch's, or their memory
   *     was released
   */
  static void check(VectorSchemaRoot root) {
    for (FieldVector vector : root.getFieldVectors()) {
      checkRows(vector, root.getRowCount(), "the batch");
      check(vector);
    }
  }

  private static void checkRows(FieldVector vector, int rows, String whole) {
    if (vector.getValueCount() != rows) {
      throw new IllegalArgumentException(
          "column \""
              + vector.getName()
              + "\" has "
              + vector.getValueCount()
              + " rows and "
              + whole
              + " has "
              + rows
              + ": set both to the same number, and append before the batch is closed");
    }
  }

  /** Checks one column, with those in it. */
  static void check(FieldVector vector) {
    for (ArrowBuf buffer : vector.getFieldBuffers()) {
      if (buffer.refCnt() < 1) {
        throw new IllegalArgumentException(
            "the memory of column \""
                + vector.getName()
                + "\" was released: append before the batch or its allocator is closed");
      }
    }
    for (FieldVector child : vector.getChildrenFromFields()) {
      if (vector instanceof StructVector) {
        checkRows(child, vector.getValueCount(), "struct \"" + vector.getName() + "\"");
      }
      check(child);
    }
  }
}
