package io.holdfast.script.compile;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The local names of a script or function, each with its place in the frame. */
final class Locals {
  private final Map<String, Integer> slots = new LinkedHashMap<>();
  private final Deque<Hidden> hidden = new ArrayDeque<>();
  private final Set<String> read = new HashSet<>();
  private int count;

  /**
   * What a name meant before another one of a case hid it.
   *
   * @param name the name
   * @param slot its slot, or null if it was not known
   */
  private record Hidden(String name, @Nullable Integer slot) {}

  /** Returns the slot of a name, which is made known if it is not yet. */
  int declare(String name) {
    Integer known = slots.get(name);
    if (known != null) {
      return known;
    }
    slots.put(name, count);
    return count++;
  }

  /** Returns a slot for a name of a case, which hides another one until the case is left. */
  int hide(String name) {
    hidden.push(new Hidden(name, slots.get(name)));
    slots.put(name, count);
    return count++;
  }

  /** Begins a case; {@link #leave} ends it. */
  int enter() {
    return hidden.size();
  }

  /** Forgets the names that were made known since a case began. */
  void leave(int entered) {
    while (hidden.size() > entered) {
      Hidden name = hidden.pop();
      if (name.slot() == null) {
        slots.remove(name.name());
      } else {
        slots.put(name.name(), name.slot());
      }
    }
  }

  /** Returns the slot of a name, or null if nothing above has given it a value. */
  @Nullable Integer slot(String name) {
    return slots.get(name);
  }

  /** Remembers that something asks for a name. */
  void markRead(String name) {
    read.add(name);
  }

  boolean isRead(String name) {
    return read.contains(name);
  }

  int count() {
    return count;
  }

  Iterable<String> names() {
    return slots.keySet();
  }
}
