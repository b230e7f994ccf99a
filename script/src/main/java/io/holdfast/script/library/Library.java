package io.holdfast.script.library;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The modules that come with the language. */
public final class Library {
  private static final SortedMap<String, LibraryModule> MODULES =
      List.of(
              ArrayModule.module(),
              Base64Module.module(),
              BinaryModule.module(),
              FloatModule.module(),
              IntegerModule.module(),
              JsonModule.module(),
              MathModule.module(),
              OriginModule.module(),
              RandomModule.module(),
              RangeModule.module(),
              RecordModule.module(),
              StringModule.module(),
              TypeModule.module(),
              SystemModule.module(),
              UrlModule.module())
          .stream()
          .collect(
              Collectors.toMap(
                  LibraryModule::path, Function.identity(), (first, _) -> first, TreeMap::new));

  private Library() {}

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
    LibraryModule own = MODULES.get(path);
    return own != null ? own : MODULES.get(path.replaceFirst("^core::", "std::"));
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
