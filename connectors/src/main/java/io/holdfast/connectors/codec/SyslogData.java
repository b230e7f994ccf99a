package io.holdfast.connectors.codec;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The structured data of a message of RFC 5424: a record of its elements, each an array of records
 * with one parameter each, because names may come twice.
 *
 * @param value the record, null of the language if there is none
 * @param end where in the text it ends
 */
record SyslogData(Value value, int end) {
  private static final String NAME = "[!-~&&[^=\\]\"]]{1,32}";
  private static final Pattern ELEMENT = Pattern.compile("\\[(?<name>" + NAME + ")");
  private static final Pattern PARAMETER = Pattern.compile(" (?<name>" + NAME + ")=\"");
  private static final String SPECIALS = "\"\\]";
  private static final Pattern SPECIAL = Pattern.compile("[\"\\\\\\]]");

  /** Reads what begins at an offset; null if that is no structured data. */
  static @Nullable SyslogData read(String text, int begin) {
    if (text.startsWith("-", begin)) {
      return new SyslogData(Value.NULL, begin + 1);
    }
    RecordValue.Builder elements = RecordValue.builder();
    int at = begin;
    Matcher element = ELEMENT.matcher(text);
    Matcher parameter = PARAMETER.matcher(text);
    while (element.region(at, text.length()).lookingAt()) {
      at = element.end();
      List<Value> parameters = new ArrayList<>();
      while (parameter.region(at, text.length()).lookingAt()) {
        StringBuilder value = new StringBuilder();
        at = readValue(text, parameter.end(), value);
        if (at < 0) {
          return null;
        }
        parameters.add(RecordValue.of(parameter.group("name"), Value.of(value.toString())));
      }
      if (!text.startsWith("]", at++) || elements.get(element.group("name")) != null) {
        return null;
      }
      elements.put(element.group("name"), ArrayValue.of(parameters));
    }
    return at == begin ? null : new SyslogData(elements.build(), at);
  }

  /** Returns where a value ends, behind its quote, or -1 if it does not. */
  private static int readValue(String text, int begin, StringBuilder value) {
    for (int at = begin; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        return at + 1;
      }
      if (c == ']') {
        return -1;
      }
      boolean isEscape =
          c == '\\' && at + 1 < text.length() && SPECIALS.indexOf(text.charAt(at + 1)) >= 0;
      value.append(isEscape ? text.charAt(++at) : c);
    }
    return -1;
  }

  /** Writes structured data, or that there is none. */
  static void write(@Nullable Value data, StringBuilder line) {
    switch (data) {
      case RecordValue elements when elements.size() > 0 -> {
        for (String name : elements.keys()) {
          line.append('[').append(checked(name));
          writeParameters(elements.get(name), line);
          line.append(']');
        }
      }
      case RecordValue _, Value.Null _ -> line.append('-');
      case null -> line.append('-');
      default -> throw new CodecException("the structured_data is no record");
    }
  }

  private static void writeParameters(@Nullable Value parameters, StringBuilder line) {
    if (!(parameters instanceof ArrayValue array)) {
      throw new CodecException("an element of the structured_data is no array");
    }
    for (Value item : array) {
      if (!(item instanceof RecordValue parameter)) {
        throw new CodecException("a parameter of the structured_data is no record");
      }
      parameter.forEach(
          (name, value) -> {
            if (!(value instanceof Value.Text(String text))) {
              throw new CodecException("the parameter " + name + " is no string");
            }
            line.append(' ').append(checked(name)).append("=\"");
            line.append(SPECIAL.matcher(text).replaceAll("\\\\$0")).append('"');
          });
    }
  }

  private static String checked(String name) {
    if (!name.matches(NAME)) {
      throw new CodecException("the name " + name + " has no form in structured_data");
    }
    return name;
  }
}
