package io.holdfast.script.compile;

import io.holdfast.script.Value;
import io.holdfast.script.library.LibraryModule;
import io.holdfast.script.syntax.Problems;
import io.holdfast.script.syntax.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a file or module defines: constants, functions, modules, the modules that it uses, and, in
 * queries, scripts, operators and windows.
 */
final class Names {
  private final @Nullable Names outer;
  private final Problems problems;
  private final Imports imports;
  private final List<Statement> definitions = new ArrayList<>();
  private final Map<String, Value> constants = new LinkedHashMap<>();
  private final Map<String, UserFunction> functions = new LinkedHashMap<>();
  private final Map<String, Module> modules = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();
  private final Set<String> missingModules = new HashSet<>();

  private Names(@Nullable Names outer, Problems problems, Imports imports) {
    this.outer = outer;
    this.problems = problems;
    this.imports = imports;
  }

  /** Returns the names of a file, none yet. */
  static Names ofFile(Problems problems, Imports imports) {
    return new Names(null, problems, imports);
  }

  /** Returns the names of a module or script within this one, none yet. */
  Names inner() {
    return new Names(this, problems, imports);
  }

  /** Returns what is wrong with the file in which the names are. */
  Problems problems() {
    return problems;
  }

  /** Returns the modules that are files of their own. */
  Imports imports() {
    return imports;
  }

  /** Adds scripts, operators and windows. */
  void addDefinitions(List<Statement> more) {
    definitions.addAll(more);
  }

  /** Returns the scripts, operators and windows of this module. */
  List<Statement> definitions() {
    return definitions;
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

  /** Remembers a module whose absence is reported, so that its uses are not. */
  void addMissingModule(String name) {
    missingModules.add(name);
  }

  boolean isMissingModule(String name) {
    return missingModules.contains(name) || (outer != null && outer.isMissingModule(name));
  }

  /** Returns whether anything asked for a constant, function or module of this name. */
  boolean isUsed(String name) {
    return used.contains(name);
  }

  @Nullable Value constant(String name) {
    used.add(name);
    Value found = constants.get(name);
    return found == null && outer != null ? outer.constant(name) : found;
  }

  @Nullable UserFunction function(String name) {
    used.add(name);
    UserFunction found = functions.get(name);
    return found == null && outer != null ? outer.function(name) : found;
  }

  @Nullable Module module(String name) {
    used.add(name);
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
  Set<String> moduleNames() {
    return modules.keySet();
  }
}
