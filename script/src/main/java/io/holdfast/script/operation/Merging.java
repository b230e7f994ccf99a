package io.holdfast.script.operation;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;

/** Merges records as RFC 7386 says, but for nulls in records that are new: those stay. */
public final class Merging {
  private Merging() {}

  /**
   * Merges changes into a record.
   *
   * @param target the record
   * @param changes fields to set; a null removes
   * @return a new record
   * @throws TooMuchWork if the records have too many parts
   */
  public static RecordValue merge(RecordValue target, RecordValue changes) {
    return merge(target, changes, Work.ofMaking());
  }

  private static RecordValue merge(RecordValue target, RecordValue changes, Work work) {
    RecordValue.Builder merged = target.toBuilder();
    changes.forEach(
        (key, change) -> {
          work.take();
          switch (change) {
            case Value.Null _ -> merged.remove(key);
            case RecordValue fields when target.get(key) instanceof RecordValue oldFields ->
                merged.put(key, merge(oldFields, fields, work));
            default -> merged.put(key, change);
          }
        });
    return merged.build();
  }
}
