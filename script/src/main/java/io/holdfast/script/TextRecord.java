package io.holdfast.script;

import org.jspecify.annotations.Nullable;

/** A record of which a text is known, and whose fields are made when they are asked for. */
abstract sealed class TextRecord implements RecordValue permits LazyRecord, EditedRecord {
  private @Nullable MapRecord whole;

  /** Returns the record with all its fields made. */
  final MapRecord whole() {
    MapRecord made = whole;
    if (made == null) {
      made = MapRecord.copyOf(this);
      whole = made;
    }
    return made;
  }

  @Override
  public final boolean equals(Object other) {
    return whole().equals(other);
  }

  @Override
  public final int hashCode() {
    return whole().hashCode();
  }

  @Override
  public final String toString() {
    return Json.write(this);
  }
}
