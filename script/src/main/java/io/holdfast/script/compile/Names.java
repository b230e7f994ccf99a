package io.holdfast.script.compile;

import io.holdfast.script.Value;
import io.holdfast.script.library.LibraryModule;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file or module defines: constants, functions, modules, and the modules that it uses. */
final class Names {
  private final @Nullable Names outer;
  private final Map<String, Value> constants = new LinkedHashMap<>();
  private final Map<String, UserFunction> functions = new LinkedHashMap<>();
  private final Map<String, Module> modules = new LinkedHashMap<>();

  Names(@Nullable Names outer) {
    this.outer = outer;
  }

  /** Something that a path of names leads to. */
  sealed interface Module {
    /** A module of the library. */
    record Provided(LibraryModule module) implements Module {}

    /** A module of a source. */
    record Written(Names names) implements Module {}
  }

  /** Adds a constant, and returns false if there is one of this name. */
  boolean addConstant(String name, Value value) {
    return constants.putIfAbsent(name, value) == null;
  }

  /** Adds a function, and returns false if there is one of this name. */
  boolean addFunction(String name, UserFunction function) {
    return functions.putIfAbsent(name, function) == null;
  }

  /** Adds a module under a short name, and returns false if there is another one of this name. */
  boolean addModule(String name, Module module) {
    Module old = modules.putIfAbsent(name, module);
    return old == null || old.equals(module);
  }

  @Nullable Value constant(String name) {
    Value found = constants.get(name);
    return found == null && outer != null ? outer.constant(name) : found;
  }

  @Nullable UserFunction function(String name) {
    UserFunction found = functions.get(name);
    return found == null && outer != null ? outer.function(name) : found;
  }

  @Nullable Module module(String name) {
    Module found = modules.get(name);
    return found == null && outer != null ? outer.module(name) : found;
  }

  /** Returns a constant of this file or module alone. */
  @Nullable Value ownConstant(String name) {
    return constants.get(name);
  }

  /** Returns a function of this file or module alone. */
  @Nullable UserFunction ownFunction(String name) {
    return functions.get(name);
  }

  /** Returns a module of this file or module alone. */
  @Nullable Module ownModule(String name) {
    return modules.get(name);
  }

  /** Returns the names of the constants of this file or module alone. */
  Iterable<String> constantNames() {
    return constants.keySet();
  }

  /** Returns the names of the functions of this file or module alone. */
  Iterable<String> functionNames() {
    return functions.keySet();
  }

  /** Returns the names of the modules of this file or module alone. */
  Iterable<String> moduleNames() {
    return modules.keySet();
  }
}
