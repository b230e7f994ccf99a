package io.holdfast.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A record that was read from a text, and of which fields were set or removed since. The others are
 * still text, and are written as they were read. Once a {@link RecordValue.Builder} has given it
 * out it is never changed.
 */
final class EditedRecord extends TextRecord {
  private static final int FEW = 4;

  private final LazyRecord base;

  /** By the place of a field in the text. */
  private final @Nullable Value[] set;

  private final boolean[] removed;

  /**
   * What stands behind the fields of the text. Mostly one field at most, for which a map is much;
   * from two on it can be changed.
   */
  private Map<String, Value> added;

  private int left;

  /** A record as its text has it, to be changed. */
  EditedRecord(LazyRecord base) {
    this(base, new Value[base.size()], new boolean[base.size()], Map.of(), base.size());
  }

  private EditedRecord(
      LazyRecord base,
      @Nullable Value[] set,
      boolean[] removed,
      Map<String, Value> added,
      int left) {
    this.base = base;
    this.set = set;
    this.removed = removed;
    this.added = added;
    this.left = left;
  }

  /** Another one, to be changed. */
  EditedRecord copy() {
    Map<String, Value> copied = added.size() < 2 ? added : new LinkedHashMap<>(added);
    return new EditedRecord(base, set.clone(), removed.clone(), copied, left);
  }

  void put(String key, Value value) {
    int field = find(key);
    if (field >= 0) {
      set[field] = value;
    } else {
      add(key, value);
    }
  }

  private void add(String key, Value value) {
    if (added.isEmpty() || (added.size() == 1 && added.containsKey(key))) {
      added = Map.of(key, value);
      return;
    }
    if (added.size() == 1) {
      Map<String, Value> several = new LinkedHashMap<>(FEW);
      several.putAll(added);
      added = several;
    }
    added.put(key, value);
  }

  void remove(String key) {
    int field = find(key);
    if (field >= 0) {
      removed[field] = true;
      left--;
    } else if (added.containsKey(key)) {
      if (added.size() == 1) {
        added = Map.of();
      } else {
        added.remove(key);
      }
    }
  }

  /** The place in the text of a field that is not removed, or -1. */
  private int find(String key) {
    int field = base.find(key);
    return field >= 0 && !removed[field] ? field : -1;
  }

  LazyRecord base() {
    return base;
  }

  /** Whether a field of the text is not in the record any more. */
  boolean isRemoved(int field) {
    return removed[field];
  }

  /** Whether a field of the text is as it was. */
  boolean isAsRead(int field) {
    return !removed[field] && set[field] == null;
  }

  /** What a field of the text was set to; null when it is as it was. */
  @Nullable Value set(int field) {
    return set[field];
  }

  /** The fields behind those of the text; not to be changed. */
  Map<String, Value> added() {
    return added;
  }

  private Value value(int field) {
    Value changed = set[field];
    return changed == null ? base.value(field) : changed;
  }

  @Override
  public @Nullable Value get(String key) {
    int field = find(key);
    return field >= 0 ? value(field) : added.get(key);
  }

  @Override
  public boolean has(String key) {
    return find(key) >= 0 || added.containsKey(key);
  }

  @Override
  public int size() {
    return left + added.size();
  }

  @Override
  public Iterable<String> keys() {
    List<String> keys = new ArrayList<>(size());
    for (int field = 0; field < set.length; field++) {
      if (!removed[field]) {
        keys.add(base.key(field));
      }
    }
    keys.addAll(added.keySet());
    return keys;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super Value> visitor) {
    for (int field = 0; field < set.length; field++) {
      if (!removed[field]) {
        visitor.accept(base.key(field), value(field));
      }
    }
    added.forEach(visitor);
  }

  @Override
  public Builder toBuilder() {
    return new Builder(copy());
  }
}
