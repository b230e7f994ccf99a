package io.holdfast.script.regex;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * An expression with named patterns in it: {@code %{NUMBER:bytes}} is a number, which is kept under
 * {@code bytes}; {@code %{NUMBER}} is one that is not kept. Immutable.
 */
public final class GrokPattern {
  /** A reference to a pattern, or the beginning of a group that has a name of its own. */
  private static final Pattern PART =
      Pattern.compile(
          "\\\\.|%\\{(?<pattern>\\w+)(?::(?<alias>[\\w:;/\\s.]+))?(?:=(?<own>[^}]*))?\\}"
              + "|\\(\\?P?<(?<group>\\w+)>",
          Pattern.DOTALL);

  private static final int MAX_DEPTH = 32;
  private static final int MAX_LENGTH = 1 << 18;

  private final Pattern pattern;
  private final Map<String, String> groups;

  private GrokPattern(Pattern pattern, Map<String, String> groups) {
    this.pattern = pattern;
    this.groups = groups;
  }

  /**
   * Compiles an expression.
   *
   * @param text the expression
   * @return the pattern
   * @throws IllegalArgumentException with a message for people if it is none
   */
  public static GrokPattern compile(String text) {
    Expansion expansion = new Expansion();
    expansion.expand(text, 0);
    try {
      return new GrokPattern(Pattern.compile(expansion.regex.toString()), expansion.groups);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("not a regular expression: " + e.getDescription(), e);
    }
  }

  /**
   * Searches a text.
   *
   * @param text the text
   * @return a record of strings with what is kept, empty strings where a part is not in the text;
   *     null if nothing matches, or finding out takes more steps than the bound allows
   */
  public @Nullable RecordValue match(String text) {
    Matcher matcher = pattern.matcher(new BoundedText(text));
    try {
      if (!matcher.find()) {
        return null;
      }
    } catch (BoundedText.TooManySteps | StackOverflowError e) {
      return null;
    }
    RecordValue.Builder found = RecordValue.builder();
    groups.forEach(
        (name, group) -> {
          int start = matcher.start(group);
          found.put(name, Value.of(start < 0 ? "" : text.substring(start, matcher.end(group))));
        });
    return found.build();
  }

  /** Puts an expression together from its patterns. */
  private static final class Expansion {
    private final StringBuilder regex = new StringBuilder();
    private final Map<String, String> groups = new LinkedHashMap<>();
    private int count;

    void expand(String text, int depth) {
      if (depth > MAX_DEPTH || regex.length() > MAX_LENGTH) {
        throw new IllegalArgumentException("the patterns are nested too deeply, or go in a circle");
      }
      Matcher part = PART.matcher(text);
      int done = 0;
      while (part.find()) {
        regex.append(text, done, part.start());
        done = part.end();
        String name = part.group("pattern");
        String group = part.group("group");
        if (name != null) {
          expandReference(name, part.group("alias"), part.group("own"), depth);
        } else if (group != null) {
          regex.append("(?<").append(open(group)).append('>');
        } else {
          regex.append(part.group());
        }
      }
      regex.append(text, done, text.length());
    }

    private void expandReference(
        String name, @Nullable String alias, @Nullable String own, int depth) {
      String definition = own == null ? GrokDefinitions.get(name) : own;
      if (definition == null) {
        throw new IllegalArgumentException("there is no pattern `" + name + "`");
      }
      regex.append(alias == null ? "(?:" : "(?<" + open(alias) + ">");
      expand(definition, depth + 1);
      regex.append(')');
    }

    /** Returns the group of a name; of two with one name the later keeps it. */
    private String open(String name) {
      String group = "name" + count++;
      String earlier = groups.put(name, group);
      if (earlier != null) {
        groups.put(earlier, earlier);
      }
      return group;
    }
  }
}
