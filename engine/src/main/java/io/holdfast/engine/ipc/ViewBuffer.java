package io.holdfast.engine.ipc;

import java.nio.ByteBuffer;
import org.apache.arrow.vector.BaseVariableWidthViewVector;

/**
 * The buffer of a column of string or binary views in a record batch. Arrow Java leaves what its
 * memory held before in the places of absent values and behind short ones. That is nobody's
 * business on a disk, and a reader that checks views, as the one of Rust does, refuses the batch.
 *
 * @param index of the buffer among those of the batch
 * @param vector that it belongs to
 */
record ViewBuffer(int index, BaseVariableWidthViewVector vector) {
  private static final int LENGTH_BYTES = 4;

  /** Zeros what is no value in the copy of the buffer at {@code start}. */
  void clean(ByteBuffer copy, int start) {
    for (int row = 0; row < vector.getValueCount(); row++) {
      int view = start + row * BaseVariableWidthViewVector.ELEMENT_SIZE;
      int used = 0;
      if (!vector.isNull(row)) {
        int length = copy.getInt(view);
        used =
            length > BaseVariableWidthViewVector.INLINE_SIZE
                ? BaseVariableWidthViewVector.ELEMENT_SIZE
                : LENGTH_BYTES + Math.max(0, length);
      }
      for (int at = used; at < BaseVariableWidthViewVector.ELEMENT_SIZE; at++) {
        copy.put(view + at, (byte) 0);
      }
    }
  }
}
