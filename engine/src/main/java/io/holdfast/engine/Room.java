package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.ReserveFile;
import io.holdfast.engine.log.Committer;
import io.holdfast.engine.log.Log;
import io.holdfast.engine.log.SpareFiles;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.tasks.WaitSet;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The room for appends: who waits for it, and what is done to make some. {@link #keep} is the
 * upkeep task's; all else is thread-safe.
 */
final class Room implements Admission.Owner {
  private static final Duration RETRY = Duration.ofMillis(100);
  private static final Duration RARE_RETRY = Duration.ofSeconds(1);

  private final Storage storage;
  private final Admission admission;
  private final ReserveFile reserve;
  private final Log log;
  private final Committer committer;
  private final SpareFiles spares;
  private final Upkeep upkeep;
  private final WaitSet waiting;

  /** The upkeep task's own: of the {@link Admission#deletions} that it has seen. */
  private long knownDeletions;

  Room(
      Storage storage,
      BufferOptions options,
      Admission admission,
      ReserveFile reserve,
      Log log,
      Committer committer,
      SpareFiles spares,
      Upkeep upkeep) {
    this.storage = storage;
    this.admission = admission;
    this.reserve = reserve;
    this.log = log;
    this.committer = committer;
    this.spares = spares;
    this.upkeep = upkeep;
    this.waiting = new WaitSet(options.tasks(), options.time());
  }

  /** From now on room that comes in the budget is told of here. */
  void join() {
    admission.join(this);
  }

  /**
   * Admits an entry, or waits until there is room for it.
   *
   * @param ended ends the wait
   * @return whether it is admitted
   */
  boolean admit(int bytes, long nanos, BooleanSupplier ended) {
    if (admission.tryAdmit(bytes) || (admission.space().reclaim() && admission.tryAdmit(bytes))) {
      return true;
    }
    boolean[] admitted = new boolean[1];
    admission.beginWaiting();
    try {
      upkeep.soon();
      waiting.await(
          () -> {
            admitted[0] = admitted[0] || (!ended.getAsBoolean() && admission.tryAdmit(bytes));
            return admitted[0] || ended.getAsBoolean();
          },
          nanos);
    } finally {
      admission.endWaiting();
    }
    return admitted[0];
  }

  /** From now on no log file is kept to be used again. */
  void keepNoSpareFiles() {
    spares.stop();
  }

  /** Waits for something that {@link #roomCame} may have brought. */
  boolean await(BooleanSupplier done, long nanos) {
    return waiting.await(done, nanos);
  }

  /** Why an append is refused. */
  BufferFullException refusal(int bytes) {
    Admission.Full full = admission.whyFull(bytes);
    return new BufferFullException(
        storage.describe("") + " is full: " + full.why(), full.cap(), null);
  }

  /** Whether what can be deleted should be, soon: an append waits here, or in the same budget. */
  boolean isWanted() {
    return admission.space().isWanted() || committer.isDiskFull() || reserve.isSpent();
  }

  /** Whether an append waits for room below the cap, here or in the same budget. */
  boolean isWantedBelowCap() {
    return admission.space().isWanted();
  }

  /**
   * Whether the disk has refused an append, and what has gone since, if anything has, was not
   * enough.
   */
  boolean isRefusedAgain() {
    return committer.isRefusedAgain();
  }

  @Override
  public void roomCame() {
    waiting.signalAll();
  }

  @Override
  public boolean reclaim() {
    boolean some = spares.giveUp();
    lookAfterLeftovers();
    return some;
  }

  /** What the disk would not delete is tried again, whether anything else goes or not. */
  void lookAfterLeftovers() {
    if (spares.hasUnwanted()) {
      upkeep.within(RARE_RETRY);
    }
  }

  @Override
  public void upkeepWanted() {
    upkeep.soon();
  }

  /**
   * Looks at the disk, makes the reserve again, has what the disk refused tried again when
   * something has gone meanwhile, and lets go of an active log file that nobody needs while
   * somebody needs the room.
   *
   * @param cursorSequence everything below is resolved, durably
   */
  void keep(long cursorSequence) {
    if (isWanted()) {
      spares.giveUp();
    } else {
      spares.deleteUnwanted();
    }
    lookAfterLeftovers();
    long deletions = admission.deletions();
    boolean made = deletions != knownDeletions;
    knownDeletions = deletions;
    try {
      if (admission.wantsLook()) {
        admission.looked(storage.freeSpace());
      }
      boolean wasSpent = reserve.isSpent();
      reserve.make();
      made |= wasSpent && !reserve.isSpent();
    } catch (IOException broken) {
      // A disk that is not full but broken: who writes something that matters is told.
      upkeep.within(RARE_RETRY);
    }
    if (made) {
      committer.retry();
    }
    if (isWanted() && !log.keepsFiles() && log.lastSequence(-1) < cursorSequence) {
      committer.requestRotation();
    }
    if (isWanted() && admission.space().keepFree() > 0) {
      // Who waits finds only after this that it is not enough, and others free space, too.
      upkeep.within(RETRY);
    } else if (reserve.isMissing() || admission.wantsLook()) {
      upkeep.within(isWanted() ? RETRY : RARE_RETRY);
    }
  }
}
