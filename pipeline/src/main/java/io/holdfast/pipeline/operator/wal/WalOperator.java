package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.BufferCounters;
import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.operator.Buffering;
import io.holdfast.pipeline.operator.OperatorContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the buffer, and puts its two halves around it. */
final class WalOperator implements Buffering {
  private final WalSettings settings;
  private final OperatorContext context;

  private @Nullable DurableBuffer buffer;
  private volatile @Nullable Subscriber subscriber;
  private volatile @Nullable Intake intake;
  private volatile @Nullable Window window;
  private volatile Subscriber.Backlog last = new Subscriber.Backlog(0, 0, 0);

  WalOperator(WalSettings settings, OperatorContext context) {
    this.settings = settings;
    this.context = context;
  }

  @Override
  public void open(OperatorContext unused) {
    BufferOptions defaults = context.host().buffers();
    BufferOptions options =
        defaults.withCapBytes(settings.capBytes(defaults)).withMaxInFlight(maxInFlight(defaults));
    DurableBuffer opened = DurableBuffer.open(settings.directory(), options);
    try {
      Subscriber connected = opened.subscribe(BufferPlan.SUBSCRIBER);
      buffer = opened;
      subscriber = connected;
      Intake taking =
          new Intake(
              settings, options.largestEntryBytes(), context, opened, connected, this::makeRoom);
      intake = taking;
      window =
          new Window(settings, Patience.usual(), context, connected, taking::pump, taking::isFull);
      context
          .host()
          .listener()
          .told(
              new Notice.BufferOpened(
                  context.name(),
                  settings.directory(),
                  connected.backlog().items(),
                  details(opened.recovery())));
      connected.whenAvailable(() -> context.loop().post(this::deliver));
    } catch (HoldfastException e) {
      opened.close();
      throw e;
    }
  }

  /** What is on its way may all be bundles of one event. */
  private int maxInFlight(BufferOptions defaults) {
    long events = (long) defaults.maxInFlight() + settings.readCount();
    return (int) Math.min(Integer.MAX_VALUE, events);
  }

  private boolean makeRoom() {
    Window delivering = window;
    return delivering != null && delivering.makeRoom();
  }

  private static String details(RecoveryReport report) {
    return report.isDamaged()
        ? "damaged, and lost: " + report.damage() + " " + report.missing()
        : String.join("; ", report.notes());
  }

  private void deliver() {
    Window delivering = window;
    if (delivering != null) {
      delivering.pump();
    }
    // A look for what is next may have given up what filled the buffer.
    Intake taking = intake;
    if (taking != null) {
      taking.wake();
    }
  }

  @Override
  public void process(String port, List<Parcel> parcels) {
    Intake taking = intake;
    if (taking == null) {
      parcels.forEach(parcel -> parcel.fail(context.name() + " is closed"));
    } else {
      taking.take(parcels);
    }
  }

  @Override
  public void downstreamChanged() {
    Window delivering = window;
    if (delivering != null) {
      delivering.downstreamChanged();
    }
  }

  @Override
  public void drain() {
    Window delivering = window;
    if (delivering != null) {
      delivering.drain();
    }
  }

  @Override
  public long pending() {
    Intake taking = intake;
    Window delivering = window;
    return (taking == null ? 0 : taking.pending())
        + (delivering == null ? 0 : delivering.pending());
  }

  @Override
  public BufferCounters counters() {
    Intake taking = intake;
    Window delivering = window;
    Subscriber connected = subscriber;
    Subscriber.Backlog backlog = connected == null ? last : connected.backlog();
    return new BufferCounters(
        context.name(),
        taking == null ? 0 : taking.stored(),
        delivering == null ? 0 : delivering.delivered(),
        delivering == null ? 0 : delivering.repeated(),
        delivering == null ? 0 : delivering.refused(),
        backlog.items(),
        backlog.bytes(),
        delivering == null ? 0 : delivering.waiting());
  }

  @Override
  public void close() {
    DurableBuffer closing = buffer;
    Subscriber connected = subscriber;
    Intake taking = intake;
    Window delivering = window;
    if (closing == null || connected == null || taking == null || delivering == null) {
      return;
    }
    // Whatever fails of it, progress is written and the directory let go.
    try (closing;
        connected) {
      delivering.close();
      taking.close();
      last = connected.backlog();
      subscriber = null;
    }
    context
        .host()
        .listener()
        .told(new Notice.BufferClosed(context.name(), settings.directory(), last.items()));
  }
}
