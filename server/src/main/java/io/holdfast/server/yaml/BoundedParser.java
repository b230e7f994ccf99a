package io.holdfast.server.yaml;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.parser.Parser;

/** A parser that ends where a file is nested too deeply: what composes its events is recursive. */
final class BoundedParser implements Parser {
  /** No configuration comes near, and a thread's stack holds many times as much. */
  private static final int MAX_DEPTH = 100;

  private final Parser parser;
  private int depth;

  BoundedParser(Parser parser) {
    this.parser = parser;
  }

  @Override
  public boolean checkEvent(Event.ID choice) {
    return parser.checkEvent(choice);
  }

  @Override
  public Event peekEvent() {
    return parser.peekEvent();
  }

  @Override
  public boolean hasNext() {
    return parser.hasNext();
  }

  @Override
  public Event next() {
    Event event = parser.next();
    switch (event.getEventId()) {
      case SequenceStart, MappingStart -> {
        if (++depth > MAX_DEPTH) {
          throw new ParserException(
              "this is nested deeper than " + MAX_DEPTH + " levels", event.getStartMark());
        }
      }
      case SequenceEnd, MappingEnd -> depth--;
      default -> {}
    }
    return event;
  }
}
