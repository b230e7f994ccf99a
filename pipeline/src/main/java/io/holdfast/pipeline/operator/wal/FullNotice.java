package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.operator.OperatorContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a buffer becomes full and when it has room again. A buffer at its limit is full and
 * not full in turns, at the pace of its sink: told is the first time, and then when it is half
 * empty.
 */
final class FullNotice {
  private final OperatorContext context;
  private final WalSettings settings;
  private boolean toldOfLimit;
  private @Nullable String toldOfDisk;

  FullNotice(OperatorContext context, WalSettings settings) {
    this.context = context;
    this.settings = settings;
  }

  /**
   * The buffer's own limits.
   *
   * @param full whether one of them is reached
   * @param waiting whether events wait for room
   */
  void limits(boolean full, boolean waiting, Subscriber.Backlog backlog) {
    if (full && !toldOfLimit) {
      toldOfLimit = true;
      tell(
          new Notice.BufferFull(
              context.name(),
              backlog.items() + " events in " + backlog.bytes() + " bytes are not delivered yet"));
    } else if (toldOfLimit
        && !waiting
        && backlog.items() <= settings.maxElements() / 2
        && backlog.bytes() <= settings.maxBytes() / 2) {
      toldOfLimit = false;
      tell(new Notice.BufferHasRoom(context.name()));
    }
  }

  /** The disk, or the engine's cap. */
  void cannotStore(Throwable failure) {
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    String kind = failure.getClass().getName();
    if (!kind.equals(toldOfDisk)) {
      toldOfDisk = kind;
      tell(
          new Notice.BufferFull(
              context.name(),
              failure instanceof BufferFullException
                  ? reason
                  : "cannot be written, tries again: " + reason));
    }
  }

  /** Something was stored. */
  void storing() {
    if (toldOfDisk != null) {
      toldOfDisk = null;
      tell(new Notice.BufferHasRoom(context.name()));
    }
  }

  private void tell(Notice notice) {
    context.host().listener().told(notice);
  }
}
