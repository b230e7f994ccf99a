package io.holdfast.script.library;

import io.holdfast.script.Value;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A module of the library. Immutable.
 *
 * <p>A module is one class with a static {@code module()}; {@link Library} lists them.
 */
public final class LibraryModule {
  private final String path;
  private final String documentation;
  private final Map<String, Function> functions = new LinkedHashMap<>();
  private final Map<String, Value> constants;

  LibraryModule(String path, String documentation, List<Function> functions) {
    this(path, documentation, functions, Map.of());
  }

  LibraryModule(
      String path, String documentation, List<Function> functions, Map<String, Value> constants) {
    this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    this.path = path;
    this.documentation = documentation;
    for (Function function : functions) {
      if (this.functions.put(function.name(), function) != null) {
        throw new IllegalArgumentException("twice: " + path + "::" + function.name());
      }
    }
  }

  /**
   * Returns the full name.
   *
   * @return the path, such as {@code std::string}
   */
  public String path() {
    return path;
  }

  /**
   * Returns what the module is for.
   *
   * @return one or more sentences
   */
  public String documentation() {
    return documentation;
  }

  /**
   * Returns a function by its name.
   *
   * @param name the name
   * @return the function, or null if there is none
   */
  public @Nullable Function function(String name) {
    return functions.get(name);
  }

  /**
   * Returns the constants by their names, in the order of the documentation.
   *
   * @return the constants
   */
  public Map<String, Value> constants() {
    return constants;
  }

  /**
   * Returns all functions, in the order of the documentation.
   *
   * @return the functions
   */
  public Collection<Function> functions() {
    return functions.values();
  }
}
