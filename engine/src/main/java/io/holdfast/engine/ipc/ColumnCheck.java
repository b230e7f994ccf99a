package io.holdfast.engine.ipc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Whether the buffers of a record batch hold what its rows need. Arrow takes them as they come:
 * what is missing it makes, as large as the batch says that it is, and whoever reads a value that
 * lies outside is thrown out of the middle of a batch.
 */
final class ColumnCheck {
  private static final int VIEW_BYTES = 16;
  private static final int INLINE_BYTES = 12;

  /**
   * Arrow makes the bitmaps of columns without nulls, and of nulls alone. A batch with values needs
   * less than its own size for them; one with structs of nothing some for a hundred million rows.
   */
  private static final int MADE_FACTOR = 4;

  private static final long MADE_BYTES = 16 << 20;

  private final Iterator<ArrowFieldNode> nodes;
  private final Iterator<ArrowBuf> buffers;
  private final Iterator<Long> variadicCounts;

  /** What may still be made. */
  private long makeable;

  private ColumnCheck(ArrowRecordBatch batch) {
    this.makeable = MADE_BYTES + MADE_FACTOR * batch.computeBodyLength();
    this.nodes = batch.getNodes().iterator();
    this.buffers = batch.getBuffers().iterator();
    this.variadicCounts = batch.getVariadicBufferCounts().iterator();
  }

  /**
   * Checks a batch before it is loaded.
   *
   * @throws MalformedIpcException when a value of it lies outside of its buffers
   */
  static void check(ArrowRecordBatch batch, List<FieldVector> columns)
      throws MalformedIpcException {
    ColumnCheck check = new ColumnCheck(batch);
    for (FieldVector column : columns) {
      if (check.column(column.getField(), 0) != batch.getLength()) {
        throw outside(column.getField(), "its rows are not those of the batch");
      }
    }
  }

  /** Says how many rows the column has. */
  private int column(Field field, long atLeast) throws MalformedIpcException {
    if (!nodes.hasNext()) {
      throw outside(field, "it has no length");
    }
    ArrowFieldNode node = nodes.next();
    int rows = node.getLength();
    if (rows < atLeast) {
      throw outside(field, "it has " + rows + " of " + atLeast + " rows");
    }
    ArrowType type = field.getType();
    while (type instanceof ArrowType.ExtensionType extension) {
      type = extension.storageType();
    }
    List<ArrowBuf> found = buffers(field, type, node);
    switch (type) {
      case ArrowType.Utf8 _, ArrowType.Binary _ ->
          offsets(field, found.get(1), rows, found.get(2).capacity(), Integer.BYTES);
      case ArrowType.LargeUtf8 _, ArrowType.LargeBinary _ ->
          offsets(field, found.get(1), rows, found.get(2).capacity(), Long.BYTES);
      case ArrowType.Utf8View _, ArrowType.BinaryView _ -> views(field, node, found);
      case ArrowType.List _, ArrowType.Map _ -> {
        long last = rows == 0 ? 0 : found.get(1).getInt((long) rows * Integer.BYTES);
        children(field, last);
        offsets(field, found.get(1), rows, last, Integer.BYTES);
      }
      case ArrowType.LargeList _ -> {
        long last = rows == 0 ? 0 : found.get(1).getLong((long) rows * Long.BYTES);
        children(field, last);
        offsets(field, found.get(1), rows, last, Long.BYTES);
      }
      case ArrowType.ListView _ -> ranges(field, node, found, Integer.BYTES);
      case ArrowType.LargeListView _ -> ranges(field, node, found, Long.BYTES);
      case ArrowType.FixedSizeList list -> children(field, (long) rows * list.getListSize());
      case ArrowType.Struct _ -> children(field, rows);
      case ArrowType.Union union -> {
        boolean sparse = union.getMode() == UnionMode.Sparse;
        List<Integer> counts = children(field, sparse ? rows : 0);
        if (!sparse) {
          dense(field, union, found, rows, counts);
        }
      }
      default -> children(field, 0);
    }
    return rows;
  }

  private List<Integer> children(Field field, long atLeast) throws MalformedIpcException {
    List<Integer> counts = new ArrayList<>();
    for (Field child : field.getChildren()) {
      counts.add(column(child, atLeast));
    }
    return counts;
  }

  /** The buffers of a column, each as large as its rows need. */
  private List<ArrowBuf> buffers(Field field, ArrowType type, ArrowFieldNode node)
      throws MalformedIpcException {
    List<ArrowBuf> found = new ArrayList<>();
    long rows = node.getLength();
    TypeLayout layouts = TypeLayout.getTypeLayout(type);
    for (BufferLayout layout : layouts.getBufferLayouts()) {
      ArrowBuf buffer = next(field);
      boolean isMade =
          layout.getType() == BufferLayout.BufferType.VALIDITY
              && (node.getNullCount() == 0 || node.getNullCount() == rows);
      makeable -= isMade ? (rows + 7) / 8 : 0;
      if (makeable < 0) {
        throw outside(field, "it says that it has " + rows + " rows");
      }
      long bits = layout.getTypeBitWidth();
      long needed =
          switch (layout.getType()) {
            case VALIDITY -> isMade ? 0 : (rows + 7) / 8;
            case OFFSET -> rows == 0 ? 0 : (hasEnds(type) ? rows + 1 : rows) * (bits / 8);
            case DATA -> hasOffsets(type) ? 0 : (rows * bits + 7) / 8;
            case VIEWS -> rows * VIEW_BYTES;
            case TYPE -> rows;
            case SIZE -> rows * (bits / 8);
            default -> 0;
          };
      if (buffer.capacity() < needed) {
        throw outside(field, "it has " + buffer.capacity() + " of " + needed + " bytes");
      }
      if (layout.getType() == BufferLayout.BufferType.VALIDITY
          && buffer.capacity() > 0
          && buffer.capacity() < (rows + 7) / 8) {
        throw outside(field, "its bitmap is too short");
      }
      found.add(buffer);
    }
    if (!layouts.isFixedBufferCount()) {
      for (long left = variadicCounts.hasNext() ? variadicCounts.next() : 0; left > 0; left--) {
        found.add(next(field));
      }
    }
    return found;
  }

  private ArrowBuf next(Field field) throws MalformedIpcException {
    if (!buffers.hasNext()) {
      throw outside(field, "its buffers are missing");
    }
    return buffers.next();
  }

  /** Whether there is an offset more than rows. */
  private static boolean hasEnds(ArrowType type) {
    return hasOffsets(type)
        || type instanceof ArrowType.List
        || type instanceof ArrowType.LargeList
        || type instanceof ArrowType.Map;
  }

  private static boolean hasOffsets(ArrowType type) {
    return type instanceof ArrowType.Utf8
        || type instanceof ArrowType.Binary
        || type instanceof ArrowType.LargeUtf8
        || type instanceof ArrowType.LargeBinary;
  }

  private static long number(ArrowBuf buffer, long index, int width) {
    return width == Integer.BYTES ? buffer.getInt(index * width) : buffer.getLong(index * width);
  }

  /** Offsets that rise from zero or more to at most {@code limit}. */
  private static void offsets(Field field, ArrowBuf buffer, int rows, long limit, int width)
      throws MalformedIpcException {
    if (rows == 0) {
      return;
    }
    long last = 0;
    for (long i = 0; i <= rows; i++) {
      long next = number(buffer, i, width);
      if (next < last) {
        throw outside(field, "its offsets fall");
      }
      last = next;
    }
    if (last > limit) {
      throw outside(field, "its offsets reach to " + last + " of " + limit);
    }
  }

  /** Whether a row has a value: where it has none, nobody has said what stands there. */
  private static boolean isThere(ArrowFieldNode node, ArrowBuf validity, long row) {
    return node.getNullCount() == 0
        || (node.getNullCount() != node.getLength()
            && (validity.getByte(row / 8) >> (row % 8) & 1) != 0);
  }

  /** Lists of rows without a value too: Arrow makes the child as long as they say. */
  private void ranges(Field field, ArrowFieldNode node, List<ArrowBuf> found, int width)
      throws MalformedIpcException {
    long limit = children(field, 0).getFirst();
    for (long i = 0; i < node.getLength(); i++) {
      long offset = number(found.get(1), i, width);
      long size = number(found.get(2), i, width);
      if (offset < 0 || size < 0 || offset > limit - size) {
        throw outside(field, "a list of it is not there");
      }
    }
  }

  private static void views(Field field, ArrowFieldNode node, List<ArrowBuf> found)
      throws MalformedIpcException {
    ArrowBuf views = found.get(1);
    for (long i = 0; i < node.getLength(); i++) {
      if (!isThere(node, found.getFirst(), i)) {
        continue;
      }
      int length = views.getInt(i * VIEW_BYTES);
      boolean inside = length >= 0 && length <= INLINE_BYTES;
      if (length > INLINE_BYTES) {
        long buffer = 2L + views.getInt(i * VIEW_BYTES + 8);
        int offset = views.getInt(i * VIEW_BYTES + 12);
        inside =
            buffer >= 2
                && buffer < found.size()
                && offset >= 0
                && offset <= found.get((int) buffer).capacity() - length;
      }
      if (!inside) {
        throw outside(field, "a text of it is not there");
      }
    }
  }

  private static void dense(
      Field field, ArrowType.Union union, List<ArrowBuf> found, int rows, List<Integer> counts)
      throws MalformedIpcException {
    int[] ids = union.getTypeIds();
    List<Integer> known = ids == null ? List.of() : Arrays.stream(ids).boxed().toList();
    for (long i = 0; i < rows; i++) {
      byte type = found.getFirst().getByte(i);
      int child = ids == null ? type : known.indexOf((int) type);
      int offset = found.get(1).getInt(i * Integer.BYTES);
      if (child < 0 || child >= counts.size() || offset < 0 || offset >= counts.get(child)) {
        throw outside(field, "a value of it is not there");
      }
    }
  }

  private static MalformedIpcException outside(Field field, String why) {
    return new MalformedIpcException("column \"" + field.getName() + "\" is cut off: " + why);
  }
}
