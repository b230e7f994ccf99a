package io.holdfast.script.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.Arithmetic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A regular expression that matches in linear time. Immutable. */
public final class Regex {
  /** How many expressions are remembered of those that scripts make while they run. */
  private static final int MAX_REMEMBERED = 256;

  private static final Map<String, Regex> REMEMBERED = new ConcurrentHashMap<>();

  /** Who backtracks more than that over a text would not be sooner done. */
  private static final int STEPS_PER_CHAR = 64;

  private final Pattern pattern;
  private final java.util.regex.@Nullable Pattern plain;
  private final Map<String, Integer> names;

  private Regex(Pattern pattern, java.util.regex.@Nullable Pattern plain) {
    this.pattern = pattern;
    this.plain = plain;
    this.names = new TreeMap<>(pattern.namedGroups());
  }

  /**
   * Compiles an expression.
   *
   * @param text the expression, in the syntax of RE2
   * @return the expression
   * @throws IllegalArgumentException with a message for people if the text is no expression
   */
  public static Regex compile(String text) {
    RegexSize.check(text);
    try {
      return new Regex(Pattern.compile(RegexSyntax.translate(text)), PlainRegex.of(text));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "not a regular expression: " + e.getDescription() + " at `" + e.getPattern() + "`", e);
    }
  }

  /**
   * Compiles an expression, or returns it from memory.
   *
   * @param text the expression
   * @return the expression
   * @throws IllegalArgumentException as {@link #compile}
   */
  public static Regex remembered(String text) {
    Regex known = REMEMBERED.get(text);
    if (known != null) {
      return known;
    }
    Regex compiled = compile(text);
    if (REMEMBERED.size() >= MAX_REMEMBERED) {
      REMEMBERED.clear();
    }
    REMEMBERED.put(text, compiled);
    return compiled;
  }

  /**
   * Returns whether a text contains a match.
   *
   * @param text the text
   * @return whether there is one
   */
  public boolean isFoundIn(String text) {
    if (plain != null && isAscii(text)) {
      try {
        return bounded(plain, text).find();
      } catch (BoundedText.TooManySteps e) {
        // RE2 takes no more steps, whatever the text.
      }
    }
    return pattern.matcher(text).find();
  }

  private static java.util.regex.Matcher bounded(java.util.regex.Pattern plain, String text) {
    return plain.matcher(new BoundedText(text, STEPS_PER_CHAR));
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns what the named groups of the first match hold.
   *
   * @param text the text
   * @return a record of strings, or null if nothing matches; groups without part in it are missing
   */
  public @Nullable RecordValue captures(String text) {
    if (plain != null && isAscii(text)) {
      java.util.regex.Matcher matcher = bounded(plain, text);
      try {
        return matcher.find() ? captures(text, matcher::start, matcher::end) : null;
      } catch (BoundedText.TooManySteps e) {
        // As above.
      }
    }
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return null;
    }
    return captures(text, matcher::start, matcher::end);
  }

  private RecordValue captures(String text, IntUnaryOperator starts, IntUnaryOperator ends) {
    RecordValue.Builder found = RecordValue.builder();
    names.forEach(
        (name, group) -> {
          int start = starts.applyAsInt(group);
          if (start >= 0) {
            found.put(name, Value.of(text.substring(start, ends.applyAsInt(group))));
          }
        });
    return found.build();
  }

  /**
   * Returns what the named groups of all matches hold.
   *
   * @param text the text
   * @return a record of arrays of strings; groups without part in any match are missing
   */
  public RecordValue allCaptures(String text) {
    Map<String, List<Value>> found = new TreeMap<>();
    forEachMatch(
        text,
        matcher ->
            names.forEach(
                (name, group) -> {
                  String part = matcher.group(group);
                  if (part != null) {
                    found.computeIfAbsent(name, _ -> new ArrayList<>()).add(Value.of(part));
                  }
                }));
    RecordValue.Builder builder = RecordValue.builder();
    found.forEach((name, parts) -> builder.put(name, ArrayValue.of(parts)));
    return builder.build();
  }

  /**
   * Replaces matches.
   *
   * @param text the text
   * @param replacement what comes in their place; {@code $1}, {@code $name} and <code>${name}
   *     </code> stand for groups, {@code $$} for a dollar
   * @param all whether all matches are replaced, or the first alone
   * @return the new text
   * @throws ArithmeticException with a message for people if the new text is too long
   */
  public String replace(String text, String replacement, boolean all) {
    StringBuilder replaced = new StringBuilder();
    int[] done = {0};
    Consumer<Matcher> replaceOne =
        matcher -> {
          replaced.append(text, done[0], matcher.start());
          Replacement.append(replacement, matcher, names, replaced);
          done[0] = matcher.end();
          if (replaced.length() > Arithmetic.MAX_STRING) {
            throw new ArithmeticException(
                "the string would have more than " + Arithmetic.MAX_STRING + " chars");
          }
        };
    if (all) {
      forEachMatch(text, replaceOne);
    } else {
      Matcher matcher = pattern.matcher(text);
      if (matcher.find()) {
        replaceOne.accept(matcher);
      }
    }
    return replaced.append(text, done[0], text.length()).toString();
  }

  /**
   * Returns the parts of a text between its matches.
   *
   * @param text the text
   * @return the parts, one at least
   */
  public List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int[] done = {0};
    forEachMatch(
        text,
        matcher -> {
          parts.add(text.substring(done[0], matcher.start()));
          done[0] = matcher.end();
        });
    parts.add(text.substring(done[0]));
    return parts;
  }

  /** Goes over the matches; an empty one right behind another is none. */
  private void forEachMatch(String text, Consumer<Matcher> action) {
    Matcher matcher = pattern.matcher(text);
    int last = -1;
    while (matcher.find()) {
      if (matcher.start() != matcher.end() || matcher.start() != last) {
        action.accept(matcher);
      }
      last = matcher.end();
    }
  }
}
