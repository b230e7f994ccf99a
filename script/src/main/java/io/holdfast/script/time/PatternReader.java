package io.holdfast.script.time;

import io.holdfast.script.time.TimeItem.Field;
import io.holdfast.script.time.TimeItem.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a pattern into its items. */
final class PatternReader {
  private final String pattern;
  private final List<TimeItem> items;
  private int at;

  PatternReader(String pattern, List<TimeItem> items) {
    this.pattern = pattern;
    this.items = items;
  }

  void read() {
    while (at < pattern.length()) {
      int start = at;
      if (pattern.charAt(at) == '%') {
        at++;
        specifier(start);
      } else {
        boolean blank = isBlank(at);
        while (at < pattern.length() && pattern.charAt(at) != '%' && isBlank(at) == blank) {
          at++;
        }
        String text = pattern.substring(start, at);
        items.add(blank ? new TimeItem.Blank(text) : new TimeItem.Literal(text));
      }
    }
  }

  private boolean isBlank(int index) {
    return Character.isWhitespace(pattern.charAt(index));
  }

  private char next() {
    return at < pattern.length() ? pattern.charAt(at++) : '\0';
  }

  private void specifier(int start) {
    char c = next();
    Character padding =
        switch (c) {
          case '-' -> '\0';
          case '0' -> '0';
          case '_' -> ' ';
          default -> null;
        };
    if (padding != null) {
      Field field = field(next());
      if (field == null) {
        throw unknown(start);
      }
      items.add(new TimeItem.Count(field, padding));
      return;
    }
    Field field = field(c);
    if (field != null) {
      boolean blank = c == 'e' || c == 'k' || c == 'l';
      items.add(new TimeItem.Count(field, blank ? ' ' : '0'));
      return;
    }
    String longer = composite(c);
    if (longer != null) {
      new PatternReader(longer, items).read();
      return;
    }
    Kind kind = kind(c);
    if (kind != null) {
      items.add(new TimeItem.Special(kind));
    } else if (c == '%') {
      items.add(new TimeItem.Literal("%"));
    } else if (c == 'n' || c == 't') {
      items.add(new TimeItem.Blank(c == 'n' ? "\n" : "\t"));
    } else {
      throw unknown(start);
    }
  }

  private IllegalArgumentException unknown(int start) {
    return new IllegalArgumentException(
        "`" + pattern.substring(start, at) + "` means nothing in a pattern of times");
  }

  private static @Nullable Field field(char c) {
    return switch (c) {
      case 'Y' -> Field.YEAR;
      case 'C' -> Field.CENTURY;
      case 'y' -> Field.YEAR_OF_CENTURY;
      case 'G' -> Field.ISO_YEAR;
      case 'g' -> Field.ISO_YEAR_OF_CENTURY;
      case 'm' -> Field.MONTH;
      case 'd', 'e' -> Field.DAY;
      case 'U' -> Field.WEEK_FROM_SUNDAY;
      case 'W' -> Field.WEEK_FROM_MONDAY;
      case 'V' -> Field.ISO_WEEK;
      case 'w' -> Field.WEEKDAY_FROM_SUNDAY;
      case 'u' -> Field.WEEKDAY_FROM_MONDAY;
      case 'j' -> Field.DAY_OF_YEAR;
      case 'H', 'k' -> Field.HOUR;
      case 'I', 'l' -> Field.HOUR_OF_HALF;
      case 'M' -> Field.MINUTE;
      case 'S' -> Field.SECOND;
      case 'f' -> Field.NANOSECOND;
      case 's' -> Field.TIMESTAMP;
      default -> null;
    };
  }

  /** Returns the longer pattern that a letter stands for, or null. */
  private static @Nullable String composite(char c) {
    return switch (c) {
      case 'D', 'x' -> "%m/%d/%y";
      case 'F' -> "%Y-%m-%d";
      case 'v' -> "%e-%b-%Y";
      case 'R' -> "%H:%M";
      case 'T', 'X' -> "%H:%M:%S";
      case 'r' -> "%I:%M:%S %p";
      case 'c' -> "%a %b %e %T %Y";
      case '+' -> "%Y-%m-%dT%H:%M:%S%.f%:z";
      default -> null;
    };
  }

  private @Nullable Kind kind(char c) {
    return switch (c) {
      case 'b', 'h' -> Kind.SHORT_MONTH;
      case 'B' -> Kind.LONG_MONTH;
      case 'a' -> Kind.SHORT_WEEKDAY;
      case 'A' -> Kind.LONG_WEEKDAY;
      case 'P' -> Kind.LOWER_HALF;
      case 'p' -> Kind.UPPER_HALF;
      case 'Z' -> Kind.ZONE_NAME;
      case 'z' -> Kind.OFFSET;
      case ':' -> next() == 'z' ? Kind.OFFSET_COLON : null;
      case '#' -> next() == 'z' ? Kind.OFFSET_LENIENT : null;
      case '.' ->
          switch (next()) {
            case 'f' -> Kind.FRACTION;
            case '3' -> next() == 'f' ? Kind.FRACTION_3 : null;
            case '6' -> next() == 'f' ? Kind.FRACTION_6 : null;
            case '9' -> next() == 'f' ? Kind.FRACTION_9 : null;
            default -> null;
          };
      case '3' -> next() == 'f' ? Kind.DIGITS_3 : null;
      case '6' -> next() == 'f' ? Kind.DIGITS_6 : null;
      case '9' -> next() == 'f' ? Kind.DIGITS_9 : null;
      default -> null;
    };
  }
}
