package io.holdfast.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A folder: the names that programs see, those on the medium, and the changes between. */
final class Folder {
  /**
   * A change of names, by the file that it concerns.
   *
   * @param from the name that goes; null for a new file
   * @param to the name that comes; null for a deletion
   */
  private record Change(@Nullable String from, @Nullable String to, Node node) {
    void apply(Map<String, Node> names) {
      if (from != null) {
        names.remove(from, node);
      }
      if (to != null) {
        // A file has one name: if a change before this one was undone, its name goes now.
        names.values().remove(node);
        names.put(to, node);
      }
    }
  }

  private final Map<String, Node> visible = new TreeMap<>();
  private final Map<String, Node> settled = new TreeMap<>();
  private final List<Change> pending = new ArrayList<>();

  @Nullable Node get(String name) {
    return visible.get(name);
  }

  List<String> names() {
    return List.copyOf(visible.keySet());
  }

  Collection<Node> nodes() {
    return visible.values();
  }

  void link(String name, Node node) {
    change(new Change(null, name, node));
  }

  void unlink(String name, Node node) {
    change(new Change(name, null, node));
  }

  void rename(String from, String to, Node node) {
    change(new Change(from, to, node));
  }

  private void change(Change change) {
    change.apply(visible);
    pending.add(change);
  }

  void sync() {
    settled.clear();
    settled.putAll(visible);
    pending.clear();
  }

  /** The folder after the process ended, with each file replaced by what {@code next} gives. */
  Folder afterKill(Function<Node, Node> next) {
    Folder folder = new Folder();
    visible.forEach((name, node) -> folder.visible.put(name, next.apply(node)));
    settled.forEach((name, node) -> folder.settled.put(name, next.apply(node)));
    for (Change change : pending) {
      folder.pending.add(new Change(change.from, change.to, next.apply(change.node)));
    }
    return folder;
  }

  /** The folder as a crash leaves it. */
  Folder afterCrash(Settling chance, Function<Node, Node> next) {
    Map<String, Node> names = new TreeMap<>(settled);
    for (Change change : pending) {
      if (chance.keepsName()) {
        change.apply(names);
      }
    }
    Folder folder = new Folder();
    names.forEach((name, node) -> folder.visible.put(name, next.apply(node)));
    folder.sync();
    return folder;
  }
}
