package io.holdfast.cli;

import io.holdfast.cli.canonical.CanonicalBundle;
import io.holdfast.engine.RecordBundle;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import io.holdfast.script.Value;

/**
 * Bundles as JSON lines: a line for each event, {@code {"sequence":1,"value":…}}; what is no event
 * bundle is one line with its slots, as {@code export} prints them.
 */
final class EventLines {
  private EventLines() {}

  /**
   * Appends the lines of a bundle.
   *
   * @param head what each line begins with, members of an object: {@code "sequence":1}
   * @throws io.holdfast.engine.CorruptException when a slot holds no record batch
   */
  static void append(StringBuilder out, String head, RecordBundle bundle) {
    boolean events =
        bundle.slots().size() == 1
            && bundle
                .slot(0)
                .filter(slot -> slot.fingerprint().equals(EventBundle.FINGERPRINT))
                .isPresent();
    int start = out.length();
    if (events) {
      try {
        for (StoredEvent event : EventBundle.decode(bundle)) {
          out.append('{').append(head).append(",\"value\":").append(value(event)).append("}\n");
        }
        return;
      } catch (IllegalArgumentException otherColumns) {
        out.setLength(start);
      }
    }
    out.append('{').append(head).append(",\"slots\":").append(CanonicalBundle.text(bundle));
    out.append("}\n");
  }

  /** The JSON text as it is stored, on one line; a string when it is none. */
  private static String value(StoredEvent event) {
    String text = event.valueText();
    try {
      Json.parse(event.value());
    } catch (JsonException e) {
      return Json.write(Value.of(text));
    }
    // JSON has line ends between its tokens only.
    return text.replace('\n', ' ').replace('\r', ' ').strip();
  }
}
