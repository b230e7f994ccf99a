package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.ipc.MalformedIpcException;
import io.holdfast.engine.log.Log;
import io.holdfast.engine.segment.SegmentFile;
import io.holdfast.engine.segment.SegmentPlan;
import io.holdfast.engine.segment.SegmentWriter;
import io.holdfast.engine.segment.Survivor;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * Moves what somebody still needs from the log to segments. Nothing is forgotten here before its
 * segment is durable; after a throw the same range may be tried again. On the upkeep task.
 */
final class Finalizer {
  private final Store store;
  private final Log log;
  private final SegmentWriter writer;
  private final Admission admission;
  private final EngineListener listener;
  private final long targetBytes;
  private Runnable between = () -> {};
  private long nextNumber;
  private long reportedMalformed = -1;

  /** A finalizer whose first segment gets this number. */
  Finalizer(
      Store store,
      Log log,
      SegmentWriter writer,
      Admission admission,
      EngineListener listener,
      long nextNumber) {
    this.store = store;
    this.log = log;
    this.writer = writer;
    this.admission = admission;
    this.listener = listener;
    this.targetBytes = admission.limits().segmentTargetBytes();
    this.nextNumber = nextNumber;
  }

  /** From now on this is run again and again while a segment is planned. */
  void between(Runnable breath) {
    between = breath;
  }

  /** The number that the next segment gets. */
  long nextNumber() {
    return nextNumber;
  }

  /** Writes segments for what the log has below a sequence and somebody has not resolved. */
  void finalizeTo(long to, LongPredicate wanted) throws IOException {
    boolean isMore = true;
    while (isMore) {
      isMore = finalizeNext(to, wanted, false);
    }
  }

  /**
   * Writes one segment for what the log has below a sequence.
   *
   * @param wanted whether somebody has not resolved a sequence
   * @param fullOnly whether a last part that is smaller than a segment should be stays in the log
   * @return whether a segment was written; if not, none can be now
   */
  boolean finalizeNext(long to, LongPredicate wanted, boolean fullOnly) throws IOException {
    while (store.finalizedTo() < to) {
      long first = store.finalizedTo();
      SegmentPlan plan = new SegmentPlan(targetBytes);
      Planned planned = plan(plan, first, to, wanted);
      if (planned.next == first || (fullOnly && !plan.isFull() && !planned.cutShort)) {
        return false;
      }
      if (!plan.isEmpty()) {
        SegmentFile segment =
            write(
                plan,
                new SegmentWriter.Range(
                    plan.firstSequence(),
                    plan.lastSequence(),
                    log.positionFrom(first),
                    log.positionFrom(planned.next)));
        store.finalized(Optional.of(segment), planned.next);
        return true;
      }
      store.finalized(Optional.empty(), planned.next);
    }
    return false;
  }

  /**
   * What a plan covers.
   *
   * @param next behind the last sequence
   * @param cutShort whether it ends there because another segment follows
   */
  private record Planned(long next, boolean cutShort) {}

  private Planned plan(SegmentPlan plan, long first, long to, LongPredicate wanted)
      throws IOException {
    long next = first;
    long limit = Long.MAX_VALUE;
    while (next < to && !plan.isFull()) {
      between.run();
      Optional<Log.Located> found = log.next(next);
      if (found.isEmpty() || found.get().sequence() >= to) {
        found.ifPresent(Log.Located::release);
        return new Planned(to, false);
      }
      Log.Located located = found.get();
      long sequence = located.sequence();
      try {
        if (wanted.test(sequence)) {
          if (plan.isEmpty()) {
            limit = store.firstSegmentFrom(sequence);
          } else if (sequence >= limit) {
            // The ranges of two segments never meet.
            return new Planned(next, true);
          }
          if (!add(plan, new FromLog(located, sequence))) {
            return new Planned(next, false);
          }
        }
        next = sequence + 1;
      } finally {
        located.release();
      }
    }
    return new Planned(next, false);
  }

  /** False when the log must keep it. */
  private boolean add(SegmentPlan plan, FromLog survivor) throws IOException {
    try {
      plan.add(survivor);
    } catch (DamagedBundleException damaged) {
      report("holdfast.wal.corrupt", damaged.getMessage() + "; it is lost");
    } catch (MalformedIpcException malformed) {
      if (survivor.sequence != reportedMalformed) {
        reportedMalformed = survivor.sequence;
        report(
            "holdfast.segment.finalize",
            "the bundle with sequence "
                + survivor.sequence
                + " is no Arrow data ("
                + malformed.getMessage()
                + "), so no segment can hold it: reject it, until then the log keeps it");
      }
      return false;
    }
    return true;
  }

  /**
   * Writes segments for entries that get new sequences.
   *
   * @param entries in their order; each is let go of once it is in a segment
   * @param firstSequence of the first of them, the others follow
   */
  void renumber(List<Log.Located> entries, long firstSequence) throws IOException {
    long sequence = firstSequence;
    while (!entries.isEmpty()) {
      SegmentPlan plan = new SegmentPlan(targetBytes);
      List<Log.Located> covered = new ArrayList<>();
      for (Log.Located entry : entries) {
        if (plan.isFull()) {
          break;
        }
        add(plan, new FromLog(entry, sequence++));
        covered.add(entry);
      }
      if (!plan.isEmpty()) {
        long position = log.positionFrom(Long.MAX_VALUE);
        SegmentFile segment =
            write(
                plan,
                new SegmentWriter.Range(
                    plan.firstSequence(), plan.lastSequence(), position, position));
        store.shown(segment, sequence);
      }
      covered.forEach(Log.Located::release);
      entries.subList(0, covered.size()).clear();
    }
    store.hide(Long.MAX_VALUE);
  }

  private SegmentFile write(SegmentPlan plan, SegmentWriter.Range range) throws IOException {
    SegmentWriter.Draft draft = writer.draft(plan, nextNumber, range);
    if (!admission.tryAddNeeded(FileKind.SEGMENT, draft.size())) {
      throw new IOException("there is no room for it: " + admission.whyFull(0).why());
    }
    SegmentFile segment;
    boolean written = false;
    try {
      segment = writer.write(draft);
      written = true;
    } finally {
      if (!written) {
        // No room has come of it that was not taken for it.
        admission.fileAdded(FileKind.SEGMENT, -draft.size());
      }
    }
    nextNumber++;
    listener.on(
        new EngineEvent(
            "holdfast.segment.finalize",
            Level.DEBUG,
            "segment "
                + segment.number()
                + " holds "
                + segment.bundles()
                + " bundles with sequences from "
                + range.first()
                + " to "
                + range.last()));
    return segment;
  }

  private void report(String name, String message) {
    listener.on(new EngineEvent(name, Level.ERROR, message));
  }

  /** An entry of the log, under the sequence that it has from now on. */
  private final class FromLog implements Survivor {
    private final Log.Located located;
    private final long sequence;

    FromLog(Log.Located located, long sequence) {
      this.located = located;
      this.sequence = sequence;
    }

    @Override
    public long sequence() {
      return sequence;
    }

    @Override
    public int items() {
      return located.items();
    }

    @Override
    public StoredBundle read() throws IOException {
      located.retain();
      return log.read(located);
    }

    @Override
    public void read(ByteBuffer target, int at) throws IOException {
      log.read(located, target, at);
    }
  }
}
