package io.holdfast.script.library;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The modules that come with the language. */
public final class Library {
  private static final SortedMap<String, LibraryModule> MODULES = modulesByPath();

  private Library() {}

  private static SortedMap<String, LibraryModule> modulesByPath() {
    List<LibraryModule> modules =
        new ArrayList<>(
            List.of(
                ArrayModule.module(),
                Base64Module.module(),
                BinaryModule.module(),
                ChashModule.module(),
                DatetimeModule.module(),
                FloatModule.module(),
                IntegerModule.module(),
                JsonModule.module(),
                MathModule.module(),
                OriginModule.module(),
                RandomModule.module(),
                RangeModule.module(),
                ReModule.module(),
                RecordModule.module(),
                StringModule.module(),
                SystemModule.module(),
                TestModule.module(),
                TypeModule.module(),
                UrlModule.module()));
    modules.addAll(OtelModules.modules());
    modules.addAll(HttpModules.modules());
    SortedMap<String, LibraryModule> byPath = new TreeMap<>();
    modules.forEach(module -> byPath.put(module.path(), module));
    for (LibraryModule module : modules) {
      addNamespaces(module.path(), byPath);
    }
    // A select finds aggregates by their full names; that one also names their module does no harm.
    addNamespaces("aggr::stats::", byPath);
    addNamespaces("aggr::win::", byPath);
    return byPath;
  }

  /** A module within others can be reached through those, also where they hold nothing else. */
  private static void addNamespaces(String path, SortedMap<String, LibraryModule> byPath) {
    for (int end = path.lastIndexOf("::"); end > 0; end = path.lastIndexOf("::", end - 1)) {
      String outer = path.substring(0, end);
      byPath.putIfAbsent(outer, new LibraryModule(outer, "Holds other modules.", List.of()));
    }
  }

  /**
   * Returns a module by its full name.
   *
   * @param path the path, such as {@code std::string}
   * @return the module, or null if there is none
   */
  public static @Nullable LibraryModule module(String path) {
    return MODULES.get(path);
  }

  /**
   * Returns a module by the name under which it can be called without {@code use}.
   *
   * @param path the path, such as {@code core::string}
   * @return the module, or null if there is none
   */
  public static @Nullable LibraryModule core(String path) {
    return Stream.of("core", "std", "tremor")
        .map(outer -> MODULES.get(path.replaceFirst("^core::", outer + "::")))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns all modules.
   *
   * @return the modules, by their paths
   */
  public static Collection<LibraryModule> modules() {
    return Collections.unmodifiableCollection(MODULES.values());
  }
}
