package io.holdfast.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Waits for all copies of an event, and passes on the worst of their outcomes. While all copies
 * that are left are held it passes that on. Unless one has failed: then the event is to come again
 * whatever becomes of what is held, and may be collected with other events by then; so that is told
 * at once, and what becomes of the rest means nothing any more.
 */
final class CountDown {
  private final Receiver receiver;
  private int left;
  private int untilMore;
  private int untilTime;
  private Outcome worst = Outcome.ACKED;

  /** What the receiver knows. */
  private @Nullable Hold told;

  private volatile boolean over;

  /**
   * Begins to wait.
   *
   * @param copies how many; so many receivers are to be had from {@link #part}
   */
  CountDown(int copies, Receiver receiver) {
    this.left = copies;
    this.receiver = receiver;
  }

  /** The receiver for one of the copies. */
  Receiver part() {
    return new Part();
  }

  private final class Part implements Receiver {
    private @Nullable Hold hold;

    // The receiver is told within the lock, so that it is told in the right order.

    @Override
    public void settled(Outcome outcome) {
      synchronized (CountDown.this) {
        worst = worst.worse(outcome);
        left--;
        tell();
      }
    }

    @Override
    public void held(Hold now) {
      synchronized (CountDown.this) {
        change(now);
      }
    }

    @Override
    public void released() {
      synchronized (CountDown.this) {
        change(null);
      }
    }

    private void change(@Nullable Hold now) {
      count(hold, -1);
      count(now, 1);
      hold = now;
      tell();
    }

    @Override
    public boolean cares() {
      return !over && receiver.cares();
    }
  }

  private void count(@Nullable Hold hold, int parts) {
    switch (hold) {
      case null -> {}
      case UNTIL_MORE -> untilMore += parts;
      case UNTIL_TIME -> untilTime += parts;
    }
  }

  private void tell() {
    if (over) {
      return;
    }
    boolean isGoing = left > untilMore + untilTime;
    if (left == 0 || (!isGoing && !worst.isAcked())) {
      over = true;
      receiver.settled(worst);
      return;
    }
    Hold now = isGoing ? null : untilTime > 0 ? Hold.UNTIL_TIME : Hold.UNTIL_MORE;
    if (now != told) {
      told = now;
      if (now == null) {
        receiver.released();
      } else {
        receiver.held(now);
      }
    }
  }
}
