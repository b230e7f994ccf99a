package io.holdfast.pipeline;

import java.nio.file.Path;
import java.time.Duration;

/** Something that an operator of the machine should know. Immutable. */
public sealed interface Notice {

  /** A sentence for a person, on one line. */
  @Override
  String toString();

  /**
   * A sink cannot deliver.
   *
   * @param sink its name
   * @param reason what is wrong and what to do
   */
  record BreakerOpened(String sink, String reason) implements Notice {
    @Override
    public String toString() {
      return sink + ": breaker open, nothing is delivered: " + reason;
    }
  }

  /**
   * A sink delivers again.
   *
   * @param sink its name
   * @param outage how long it did not
   */
  record BreakerClosed(String sink, Duration outage) implements Notice {
    @Override
    public String toString() {
      return sink + ": breaker closed after " + Words.duration(outage) + ", delivering again";
    }
  }

  /**
   * A buffer was opened.
   *
   * @param buffer pipeline, instance and operator
   * @param directory where it is
   * @param events how many events it holds from earlier runs
   * @param details what was mended on the way, empty when nothing was
   */
  record BufferOpened(String buffer, Path directory, long events, String details)
      implements Notice {
    @Override
    public String toString() {
      return buffer
          + ": "
          + (events == 0 ? "nothing" : Words.count(events, "event"))
          + " to replay from "
          + directory
          + (details.isEmpty() ? "" : "; " + details);
    }
  }

  /**
   * A buffer takes nothing more for now.
   *
   * @param buffer pipeline, instance and operator
   * @param reason which limit was reached
   */
  record BufferFull(String buffer, String reason) implements Notice {
    @Override
    public String toString() {
      return buffer + ": full, sources wait: " + reason;
    }
  }

  /**
   * A buffer takes events again.
   *
   * @param buffer pipeline, instance and operator
   */
  record BufferHasRoom(String buffer) implements Notice {
    @Override
    public String toString() {
      return buffer + ": has room again";
    }
  }

  /**
   * A buffer was closed.
   *
   * @param buffer pipeline, instance and operator
   * @param directory where it is
   * @param events how many events it keeps for the next run
   */
  record BufferClosed(String buffer, Path directory, long events) implements Notice {
    @Override
    public String toString() {
      return buffer
          + ": closed, "
          + (events == 0 ? "nothing" : Words.count(events, "event"))
          + " kept in "
          + directory;
    }
  }

  /**
   * A source or sink ended with an error and will not go on.
   *
   * @param connector its name
   * @param reason what happened
   */
  record ConnectorFailed(String connector, String reason) implements Notice {
    @Override
    public String toString() {
      return connector + ": stopped: " + reason;
    }
  }

  /**
   * Events that could not be processed or delivered and that nobody took.
   *
   * @param where the operator, source or sink
   * @param reason what is wrong with the first of them
   * @param events how many since the last notice of this kind
   */
  record EventsFailed(String where, String reason, long events) implements Notice {
    @Override
    public String toString() {
      return where + ": " + Words.count(events, "event") + " failed: " + reason;
    }
  }

  /**
   * Events that downstream will never take; they are dead letters of their buffer now.
   *
   * @param buffer pipeline, instance and operator
   * @param reason what is wrong with the first of them
   * @param events how many since the last notice of this kind
   * @param directory where the buffer is, and its dead letters with it
   */
  record EventsGivenUp(String buffer, String reason, long events, Path directory)
      implements Notice {
    @Override
    public String toString() {
      return buffer
          + ": "
          + Words.count(events, "event")
          + " refused for good: "
          + reason
          + "; kept as dead letters, see: holdfast letters "
          + directory;
    }
  }

  /**
   * Anything else.
   *
   * @param where who says it
   * @param text a sentence
   */
  record Warning(String where, String text) implements Notice {
    @Override
    public String toString() {
      return where + ": " + text;
    }
  }
}
