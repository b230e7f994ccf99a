package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Event;
import io.holdfast.script.EventContext;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** Events as the language sees them. For one thread at a time. */
final class Contexts {
  /** The origin of events that have none, or none that is a URI. */
  private static final URI NOWHERE = URI.create("holdfast://localhost");

  private @Nullable String lastOrigin;
  private URI lastUri = NOWHERE;

  EventContext of(Event event) {
    return new EventContext(
        event.value(), event.meta(), event.ingestNanos(), origin(event.origin()));
  }

  private URI origin(@Nullable String origin) {
    if (origin == null) {
      return NOWHERE;
    }
    if (!origin.equals(lastOrigin)) {
      lastOrigin = origin;
      try {
        lastUri = new URI(origin);
      } catch (URISyntaxException e) {
        lastUri = NOWHERE;
      }
    }
    return lastUri;
  }
}
