package io.holdfast.engine;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** A slot over a batch of the caller's. */
record ArrowSlot(
    int id, SchemaFingerprint fingerprint, VectorSchemaRoot root, DictionaryProvider dictionaries)
    implements RecordBundle.Slot {
  @Override
  public int rowCount() {
    return root.getRowCount();
  }
}
