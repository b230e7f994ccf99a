package io.holdfast.server;

import io.holdfast.pipeline.config.ConfigError;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Location;
import io.holdfast.script.Diagnostic;
import io.holdfast.script.Diagnostic.Severity;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is wrong or odd in a set of files, collected by whoever reads them, and shown
 * file by file with the lines that it is about. Belongs to one thread.
 */
public final class Problems {
  private final ConfigErrors errors = new ConfigErrors();
  private final ConfigErrors warnings = new ConfigErrors();
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private final Map<String, SourceFile> sources = new LinkedHashMap<>();

  /** No problems so far. */
  public Problems() {}

  /** Makes a file's text known, so that its lines can be shown; the order is that of the list. */
  public void know(SourceFile source) {
    sources.merge(source.name(), source, (old, now) -> now.text().isEmpty() ? old : now);
  }

  /** Where errors go. */
  public ConfigErrors errors() {
    return errors;
  }

  /** Where warnings go. */
  public ConfigErrors warnings() {
    return warnings;
  }

  /** Adds what the language found. */
  public void addAll(List<Diagnostic> found) {
    diagnostics.addAll(found);
  }

  /** Whether there is an error. */
  public boolean hasErrors() {
    return !errors.isEmpty()
        || diagnostics.stream().anyMatch(found -> found.severity() == Severity.ERROR);
  }

  /** All of them: file by file, in the order in which the files were named, from top to bottom. */
  public List<Diagnostic> list() {
    List<Diagnostic> all = new ArrayList<>(diagnostics);
    errors.list().forEach(error -> all.add(diagnostic(error, Severity.ERROR)));
    warnings.list().forEach(warning -> all.add(diagnostic(warning, Severity.WARNING)));
    List<String> order = List.copyOf(sources.keySet());
    all.sort(
        Comparator.comparingInt((Diagnostic found) -> order.indexOf(found.source().name()))
            .thenComparingInt(found -> found.span().start()));
    return all.stream().distinct().toList();
  }

  private Diagnostic diagnostic(ConfigError error, Severity severity) {
    Location at = error.location();
    SourceFile source = sources.computeIfAbsent(at.file(), file -> SourceFile.of(file, ""));
    return new Diagnostic(severity, source, span(source.text(), at), error.message(), null);
  }

  /** The word or quoted string that begins at a place. */
  private static Span span(String text, Location at) {
    int start = 0;
    for (int line = 1; line < at.line() && start < text.length(); line++) {
      int end = text.indexOf('\n', start);
      start = end < 0 ? text.length() : end + 1;
    }
    for (int column = 1; column < at.column() && start < text.length(); column++) {
      start += Character.charCount(text.codePointAt(start));
    }
    int end = start;
    if (end < text.length() && (text.charAt(end) == '"' || text.charAt(end) == '\'')) {
      int close = text.indexOf(text.charAt(end), end + 1);
      int lineEnd = text.indexOf('\n', end);
      if (close > 0 && (lineEnd < 0 || close < lineEnd)) {
        return new Span(start, close + 1);
      }
    }
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    while (end > start + 1 && ":,]}".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return new Span(start, end);
  }
}
