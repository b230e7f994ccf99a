package io.holdfast.script;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Reads one JSON text: a plain record as it is asked for, anything else into a whole value. */
final class JsonReader {
  private static final BigInteger UNSIGNED_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  /** A double never needs more digits; what is longer is an attack on the number parser. */
  private static final int MAX_NUMBER_LENGTH = 1000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final byte[] utf8;
  private final int begin;
  private final int end;
  private boolean hasUnicodeEscapes;

  JsonReader(byte[] utf8, int offset, int length) {
    this.utf8 = utf8;
    this.begin = offset;
    this.end = offset + length;
  }

  Value read() {
    LazyRecord plain = JsonScan.record(utf8, begin, end);
    return plain == null ? readWhole() : plain;
  }

  private Value readWhole() {
    int bad = Utf8.firstInvalid(utf8, begin, end);
    if (bad >= 0) {
      throw error("is not valid UTF-8", bad);
    }
    hasUnicodeEscapes = containsUnicodeEscape();
    try (JsonParser parser = FACTORY.createParser(utf8, begin, end - begin)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw error("a JSON value is expected, but there is nothing", end);
      }
      Value value = value(parser, first);
      if (parser.nextToken() != null) {
        throw error(
            "there is more after the value",
            begin + (int) parser.currentTokenLocation().getByteOffset());
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw error(reason(e), place(e));
    } catch (JsonProcessingException e) {
      throw error(reason(e), place(e));
    } catch (IOException e) {
      throw new AssertionError("reading from memory", e);
    }
  }

  private Value value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> {
        RecordValue.Builder builder = RecordValue.builder();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = checked(parser, parser.currentName());
          builder.put(key, value(parser, parser.nextToken()));
        }
        yield builder.build();
      }
      case START_ARRAY -> {
        List<Value> elements = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
          elements.add(value(parser, t));
        }
        yield ArrayValue.of(elements);
      }
      case VALUE_STRING -> Value.of(checked(parser, parser.getText()));
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> real(parser);
      case VALUE_TRUE -> Value.TRUE;
      case VALUE_FALSE -> Value.FALSE;
      case VALUE_NULL -> Value.NULL;
      default -> throw error("unexpected " + token, here(parser));
    };
  }

  private Value integer(JsonParser parser) throws IOException {
    if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return Value.of(parser.getLongValue());
    }
    BigInteger number = parser.getBigIntegerValue();
    if (number.signum() < 0 || number.compareTo(UNSIGNED_MAX) > 0) {
      throw error("the integer does not fit into 64 bits", here(parser));
    }
    return Value.ofUnsigned(number.longValue());
  }

  private Value real(JsonParser parser) throws IOException {
    double number = parser.getDoubleValue();
    if (Double.isInfinite(number)) {
      throw error("the number does not fit into a 64-bit float", here(parser));
    }
    return Value.of(number);
  }

  private String checked(JsonParser parser, String text) {
    if (hasUnicodeEscapes && Utf8.hasUnpairedSurrogate(text)) {
      throw error("the string has an escape of half a surrogate pair", here(parser));
    }
    return text;
  }

  private boolean containsUnicodeEscape() {
    for (int i = begin; i < end - 1; i++) {
      if (utf8[i] == '\\' && utf8[i + 1] == 'u') {
        return true;
      }
    }
    return false;
  }

  private int here(JsonParser parser) {
    return begin + (int) parser.currentTokenLocation().getByteOffset();
  }

  private int place(JsonProcessingException e) {
    long offset = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
    return begin + (int) Math.clamp(offset, 0L, end - begin);
  }

  private static String reason(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return e.getOriginalMessage().contains("nesting")
          ? "is nested deeper than " + Json.MAX_DEPTH
          : "the number has more than " + MAX_NUMBER_LENGTH + " digits";
    }
    String text = e.getOriginalMessage();
    return text.replaceAll(
            ": enable `JsonReadFeature.*| \\(for [^)]*\\)| \\(start marker at \\[.*\\)", "")
        .strip();
  }

  private JsonException error(String reason, int at) {
    int line = 1;
    int column = 1;
    for (int i = begin; i < Math.min(at, end); i++) {
      if (utf8[i] == '\n') {
        line++;
        column = 1;
      } else if ((utf8[i] & 0xC0) != 0x80) {
        column++;
      }
    }
    String message = "bad JSON at " + line + ":" + column + ": " + reason;
    return new JsonException(message, "bad JSON: " + reason, at - begin);
  }
}
