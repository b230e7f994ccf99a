package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.Hold;

/** Where an event is that was sent. */
enum Place {
  /** Here: it is settled, or is to be sent again. */
  HERE,
  /** On its way downstream. */
  OUT,
  /** Downstream collects it until more events have come. */
  UNTIL_MORE,
  /** Downstream collects it until some time has passed, if not more events have come before. */
  UNTIL_TIME;

  /** Where downstream collects it. */
  static Place of(Hold hold) {
    return switch (hold) {
      case UNTIL_MORE -> UNTIL_MORE;
      case UNTIL_TIME -> UNTIL_TIME;
    };
  }
}
