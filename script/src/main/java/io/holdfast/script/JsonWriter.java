package io.holdfast.script;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;

/** Writes a value as JSON. */
final class JsonWriter {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
          .build();

  private JsonWriter() {}

  static byte[] write(Value value) {
    ByteArrayBuilder bytes = new ByteArrayBuilder();
    try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
      write(value, generator);
      generator.flush();
      return bytes.toByteArray();
    } catch (StreamConstraintsException e) {
      throw new JsonException("the value is nested deeper than " + Json.MAX_DEPTH, -1);
    } catch (IOException e) {
      throw new AssertionError("writing to memory", e);
    }
  }

  private static void write(Value value, JsonGenerator generator) throws IOException {
    switch (value) {
      case Value.Null _ -> generator.writeNull();
      case Value.Bool bool -> generator.writeBoolean(bool.value());
      case Value.Int integer -> generator.writeNumber(integer.value());
      case Value.Unsigned integer -> generator.writeRawValue(integer.toString());
      case Value.Real real -> generator.writeRawValue(real.toString());
      case Value.Text text -> generator.writeString(text.value());
      case Value.Bytes bytes -> generator.writeBinary(bytes.toByteArray());
      case ArrayValue array -> {
        generator.writeStartArray();
        for (Value element : array) {
          write(element, generator);
        }
        generator.writeEndArray();
      }
      case RecordValue fields -> {
        generator.writeStartObject();
        for (String key : fields.keys()) {
          generator.writeFieldName(key);
          Value field = fields.get(key);
          if (field != null) {
            write(field, generator);
          }
        }
        generator.writeEndObject();
      }
    }
  }
}
