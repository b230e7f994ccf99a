package io.holdfast.script.compile;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The local names of a script or function, each with its place in the frame. */
final class Locals {
  private final Map<String, Integer> slots = new LinkedHashMap<>();

  /** Returns the slot of a name, which is made known if it is not yet. */
  int declare(String name) {
    Integer known = slots.putIfAbsent(name, slots.size());
    return known == null ? slots.size() - 1 : known;
  }

  /** Returns the slot of a name, or null if nothing above has given it a value. */
  @Nullable Integer slot(String name) {
    return slots.get(name);
  }

  int count() {
    return slots.size();
  }

  Iterable<String> names() {
    return slots.keySet();
  }
}
