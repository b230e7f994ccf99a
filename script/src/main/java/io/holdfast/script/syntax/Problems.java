package io.holdfast.script.syntax;

import io.holdfast.script.Diagnostic;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong in one source while it is loaded. Belongs to one thread. */
public final class Problems {
  private final SourceFile source;
  private final Set<Diagnostic> found;

  /**
   * Starts without problems.
   *
   * @param source the source that is loaded
   */
  public Problems(SourceFile source) {
    this(source, new LinkedHashSet<>());
  }

  private Problems(SourceFile source, Set<Diagnostic> found) {
    this.source = source;
    this.found = found;
  }

  /**
   * Returns the problems of another file that belongs to the same load.
   *
   * @param other the file
   * @return problems that are collected together with these
   */
  public Problems inFile(SourceFile other) {
    return new Problems(other, found);
  }

  /**
   * Returns the source.
   *
   * @return the source that is loaded
   */
  public SourceFile source() {
    return source;
  }

  /**
   * Adds an error.
   *
   * @param span the place
   * @param message what is wrong
   * @param hint a way out, or null
   */
  public void error(Span span, String message, @Nullable String hint) {
    add(Diagnostic.error(source, span, message, hint));
  }

  /**
   * Adds a warning.
   *
   * @param span the place
   * @param message what is odd
   * @param hint a way out, or null
   */
  public void warning(Span span, String message, @Nullable String hint) {
    add(Diagnostic.warning(source, span, message, hint));
  }

  /**
   * Adds a diagnostic, unless the same is there already.
   *
   * @param diagnostic what was found
   */
  public void add(Diagnostic diagnostic) {
    found.add(diagnostic);
  }

  /**
   * Returns whether there is an error among the problems.
   *
   * @return whether the source must be refused
   */
  public boolean hasErrors() {
    return found.stream().anyMatch(it -> it.severity() == Diagnostic.Severity.ERROR);
  }

  /**
   * Returns everything that was found, file by file, in the order of the source.
   *
   * @return the diagnostics
   */
  public List<Diagnostic> inOrder() {
    List<SourceFile> files = found.stream().map(Diagnostic::source).distinct().toList();
    return found.stream()
        .sorted(
            Comparator.<Diagnostic>comparingInt(it -> files.indexOf(it.source()))
                .thenComparingInt(it -> it.span().start()))
        .toList();
  }
}
