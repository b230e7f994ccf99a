package io.holdfast.pipeline;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Is told what an operator of the machine should know. */
@FunctionalInterface
public interface PipelineListener {
  /** Called on any thread, perhaps on several at once; must be quick and must not throw. */
  void told(Notice notice);

  /** Writes each notice to the logger {@code io.holdfast.pipeline}. */
  static PipelineListener logging() {
    Logger logger = System.getLogger("io.holdfast.pipeline");
    return notice ->
        logger.log(
            switch (notice) {
              case Notice.BreakerOpened n -> Level.WARNING;
              case Notice.BufferFull n -> Level.WARNING;
              case Notice.ConnectorFailed n -> Level.ERROR;
              case Notice.EventsFailed n -> Level.WARNING;
              case Notice.EventsGivenUp n -> Level.WARNING;
              case Notice.Warning n -> Level.WARNING;
              case Notice.BreakerClosed n -> Level.INFO;
              case Notice.BufferOpened n -> Level.INFO;
              case Notice.BufferHasRoom n -> Level.INFO;
              case Notice.BufferClosed n -> Level.INFO;
            },
            notice.toString());
  }
}
