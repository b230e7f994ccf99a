package io.holdfast.engine.ipc;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * The columns of a record batch with all that lies in them, in the order of Arrow IPC: depth first.
 * They are checked to be what they say before their memory is read: Arrow itself would write one
 * that is not, and read behind the end of another. Arrow's unloader does the rest of this, but each
 * walk over the columns makes lists, and this is done for each append.
 */
final class BatchColumns {
  /** Most columns have a buffer that says what is absent, and one or two with values. */
  private static final int BUFFERS_A_COLUMN = 3;

  private final int rows;
  private final List<ArrowFieldNode> nodes;
  private final List<ArrowBuf> buffers;
  private final List<Long> variadicCounts = new ArrayList<>(0);
  private final List<ViewBuffer> views = new ArrayList<>(0);

  /**
   * Lists and checks columns.
   *
   * @param rows of each
   * @throws IllegalArgumentException when they have another number of rows, their memory was
   *     released, or Arrow has no layout for them
   */
  BatchColumns(List<FieldVector> columns, int rows) {
    this.rows = rows;
    this.nodes = new ArrayList<>(columns.size());
    this.buffers = new ArrayList<>(BUFFERS_A_COLUMN * columns.size());
    for (FieldVector column : columns) {
      checkRows(column, rows, "the batch");
      add(column);
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

  private void add(FieldVector vector) {
    List<ArrowBuf> own = vector.getFieldBuffers();
    for (ArrowBuf buffer : own) {
      if (buffer.refCnt() < 1) {
        throw new IllegalArgumentException(
            "the memory of column \""
                + vector.getName()
                + "\" was released: append before the batch or its allocator is closed");
      }
    }
    int wanted = TypeLayout.getTypeBufferCount(vector.getField().getType());
    if (vector instanceof BaseVariableWidthViewVector column) {
      int variadic = column.getDataBuffers().size();
      wanted += variadic;
      variadicCounts.add((long) variadic);
      views.add(new ViewBuffer(buffers.size() + 1, column));
    }
    if (own.size() != wanted) {
      throw new IllegalArgumentException(
          "column \""
              + vector.getName()
              + "\" has "
              + own.size()
              + " buffers, and its type "
              + vector.getField().getType()
              + " wants "
              + wanted);
    }
    nodes.add(new ArrowFieldNode(vector.getValueCount(), vector.getNullCount()));
    buffers.addAll(own);
    for (FieldVector child : vector.getChildrenFromFields()) {
      if (vector instanceof StructVector) {
        checkRows(child, vector.getValueCount(), "struct \"" + vector.getName() + "\"");
      }
      add(child);
    }
  }

  /** The record batch; the caller closes it, and has a reference to each buffer until then. */
  ArrowRecordBatch batch() {
    return new ArrowRecordBatch(
        rows,
        nodes,
        buffers,
        NoCompressionCodec.DEFAULT_BODY_COMPRESSION,
        variadicCounts,
        true,
        true);
  }

  /** Those of its buffers in which not every byte is a value's. */
  List<ViewBuffer> views() {
    return views;
  }
}
