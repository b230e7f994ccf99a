package io.holdfast.engine.log;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.Durability;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.EngineListener;
import io.holdfast.engine.Histogram;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.OutcomeUnknownException;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.DiskFull;
import io.holdfast.engine.capacity.ReserveFile;
import io.holdfast.engine.meters.Distribution;
import io.holdfast.engine.stored.Bounds;
import io.holdfast.engine.tasks.WaitSet;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Writes and syncs what was appended, in groups: what arrived while the last group was synced is
 * the next one. Only its task gives out sequences and positions. Another one, the waker, tells the
 * callers, while this one is at the next group.
 */
public final class Committer implements AutoCloseable {
  private static final int MAX_BUFFERS = 1024;
  private static final int FIRST_STAGING_BYTES = 64 << 10;
  private static final int MOST_STAGING_BYTES = 1 << 20;
  private static final int SMALL_ENTRY_BYTES = 8 << 10;
  private static final long OWNER_CHECK_NANOS = 1_000_000_000L;

  private static final long NONE = -1;

  /** While the disk is full it is tried again after this time. */
  private static final long FULL_DISK_RETRY_NANOS = 100_000_000L;

  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  private final LogWriter writer;
  private final Log log;
  private final Admission admission;
  private final ReserveFile reserve;
  private final Zeroing zeroing;
  private final SpareFiles spares;
  private final BufferOptions options;
  private final EngineListener listener;
  private final String place;
  private final long groupLimit;
  private final Runnable onConfirmed;
  private final TaskExecutor.Task task;
  private final TaskExecutor.Task waker;

  private final AppendChain incoming = new AppendChain();
  private final ConcurrentLinkedQueue<List<PendingAppend>> settled = new ConcurrentLinkedQueue<>();

  // The rest is the committer's own.
  private final ArrayList<PendingAppend> queue = new ArrayList<>();
  private List<PendingAppend> current = List.of();
  private ByteBuffer staging = ByteBuffer.allocateDirect(FIRST_STAGING_BYTES);

  /** One of them is the writer's. */
  private final ByteBuffer[] buffers = new ByteBuffer[MAX_BUFFERS];

  private final Deque<List<PendingAppend>> unsynced = new ArrayDeque<>();
  private long unsyncedBytes;

  /** Where they are in the active file, once they are durable; -1 before. */
  private long syncedAt = -1;

  private long unsyncedSince;
  private long lastOwnerCheck;
  private boolean takenOver;

  /** What is queued waits for space on the disk. */
  private boolean waitsForSpace;

  /** When it is tried again, unless something new comes. */
  private long retryAt;

  /** In which of {@link #retries} the group was taken that is written now. */
  private long trial;

  /** How often there may have come space on the disk. The upkeep task's own, read by this one. */
  private volatile long retries;

  /** In which of these the disk was too full last; {@link #NONE} since it has taken something. */
  private volatile long refusedIn = NONE;

  private volatile boolean retryAsked;

  private volatile boolean syncAsked;
  private volatile boolean rotationAsked;
  private volatile boolean waitingEnded;
  private volatile long nextSequence;
  private final LongAdder appended = new LongAdder();
  private final LongAdder synced = new LongAdder();
  private final Distribution groups = new Distribution();
  private final Distribution syncNanos = new Distribution();

  /**
   * Starts the committer and its companions.
   *
   * @param reserve given up for a rotation that lets log files be deleted
   * @param nextSequence of the next append
   * @param place the log's folder, for messages
   * @param onConfirmed run by the waker after each group, quick
   */
  public Committer(
      Recovered recovered,
      BufferOptions options,
      EngineListener listener,
      ReserveFile reserve,
      long nextSequence,
      String place,
      Runnable onConfirmed) {
    this.writer = recovered.writer();
    this.log = recovered.log();
    this.admission = recovered.admission();
    this.reserve = reserve;
    this.options = options;
    this.listener = listener;
    this.nextSequence = nextSequence;
    this.place = place;
    this.onConfirmed = onConfirmed;
    if (options.durability() instanceof Durability.Interval) {
      writer.useCache();
    }
    long rotation = admission.limits().rotationBytes();
    this.groupLimit = Math.min(WalFormat.LARGEST_GROUP_BYTES, rotation);
    this.lastOwnerCheck = options.time().monotonicNanos();
    this.spares = recovered.spares();
    this.zeroing = new Zeroing(writer, options.tasks(), rotation);
    this.waker = options.tasks().register("holdfast-waker", this::wake);
    this.task = options.tasks().register("holdfast-committer", this::step);
  }

  /**
   * Hands over an append whose bytes are admitted.
   *
   * @param alone whether the caller waits for it, and nobody else appends: then it may as well
   *     write it, unless it need not wait for the sync
   */
  public void submit(PendingAppend append, boolean alone) {
    if (incoming.add(append)) {
      if (alone && !(options.durability() instanceof Durability.Interval)) {
        task.signalOrRun();
      } else {
        task.signal();
      }
    }
  }

  /** Asks the waker for a run after a delay, to look after deliveries that become due. */
  public void wakeAfter(Duration delay) {
    waker.signalAfter(delay);
  }

  /** The sequence that the next bundle gets. */
  public long nextSequence() {
    return nextSequence;
  }

  /** Bundles whose append has completed. */
  public long appended() {
    return appended.sum();
  }

  /** Bundles that are synced. */
  public long synced() {
    return synced.sum();
  }

  /** What was synced at once, in bundles. */
  public Histogram groups() {
    return groups.histogram();
  }

  /** How long the syncs took. */
  public Histogram syncNanos() {
    return syncNanos.histogram();
  }

  /** The number that the next rotated file gets. */
  public long nextFileNumber() {
    return writer.nextNumber();
  }

  private void step() {
    try {
      boolean news = incoming.takeAll(queue);
      if (news || !isTooEarly()) {
        waitsForSpace = false;
      }
      if (!queue.isEmpty() && !waitsForSpace) {
        current = takeGroup();
        commit(current);
      } else {
        rotateIfAsked();
      }
      // One thing a step: the thread may be that of a caller, who is not held up for others.
      if ((!queue.isEmpty() && !waitsForSpace) || rotationAsked) {
        task.signal();
      }
      syncIfDue();
    } catch (Throwable failure) {
      // Nothing may wait for ever, whatever went wrong: memory may be what is wanting.
      task.signalAfter(AFTER_FAILURE);
      writer.fence();
      // What was stamped may be on the disk: those sequences are never given out again.
      long next = nextSequence;
      for (PendingAppend append : current) {
        next = Math.max(next, append.sequence() + 1);
      }
      nextSequence = next;
      List<PendingAppend> lost = new ArrayList<>(current);
      lost.addAll(queue);
      queue.clear();
      admission.refuse(bytesOf(lost));
      fail(lost, e -> unknown(failure));
      report("holdfast.wal.failure", Level.ERROR, "the committer failed: " + failure);
    }
  }

  /**
   * Whether what waits for space was tried a moment ago. This task is signalled for other reasons
   * too, some of which follow from that; to try each time would be to try without end.
   */
  private boolean isTooEarly() {
    if (!waitsForSpace || waitingEnded || retryAsked) {
      retryAsked = false;
      return false;
    }
    long left = retryAt - options.time().monotonicNanos();
    if (left > 0) {
      // This step has cleared the timer.
      task.signalAfter(Duration.ofNanos(left));
    }
    return left > 0;
  }

  private List<PendingAppend> takeGroup() {
    int count = 0;
    long bytes = 0;
    while (count < queue.size() && count < MAX_BUFFERS - 1) {
      long more = queue.get(count).length();
      if (count > 0 && bytes + more > groupLimit) {
        break;
      }
      bytes += more;
      count++;
    }
    List<PendingAppend> head = queue.subList(0, count);
    List<PendingAppend> group = new ArrayList<>(head);
    head.clear();
    return group;
  }

  private void commit(List<PendingAppend> group) {
    trial = retries;
    long bytes = bytesOf(group);
    long now = options.time().epochNanos();
    if (!hasFile(group, bytes, now)) {
      return;
    }
    long first = nextSequence;
    long sequence = first;
    for (PendingAppend append : group) {
      append.stamp(now, sequence++);
    }
    long offset = writer.end();
    try {
      boolean durable = writeThrough(group, bytes);
      if (!durable && !isWritten(group, bytes)) {
        return;
      }
      refusedIn = NONE;
      if (options.durability() instanceof Durability.Interval interval) {
        writtenOnly(group, bytes, interval);
        return;
      }
      if (!durable) {
        sync();
      }
    } catch (IOException e) {
      writer.fence();
      giveUpOrCarry(group, first, bytes, e);
      return;
    }
    log.keepRecent(group);
    log.addGroup(writer.active(), group, offset);
    confirmed(group, bytes);
  }

  /** Whether there is a file for it; else the group was refused. */
  private boolean hasFile(List<PendingAppend> group, long bytes, long now) {
    if (reserve.isSpent()) {
      refuse(group, bytes, new IOException("no space left for the reserve of small files"));
      return false;
    }
    if (nextSequence > Bounds.HIGHEST_IN_LOG - group.size()) {
      refuse(group, bytes, new IOException("no sequence is left"));
      return false;
    }
    try {
      checkOwner();
      if (writer.isFenced() || writer.isDueForRotation(now)) {
        confirmUnsynced();
        writer.rotate(nextSequence, now);
        report("holdfast.wal.rotate", Level.DEBUG, "the log goes on in a new file, " + place);
      }
      return true;
    } catch (IOException e) {
      refuse(group, bytes, e);
      return false;
    }
  }

  /**
   * Whether the cache has it; else the group was refused.
   *
   * @throws IOException when what the file holds now is in doubt
   */
  private boolean isWritten(List<PendingAppend> group, long bytes) throws IOException {
    try {
      writer.write(group, buffers, gather(group), bytes);
      return true;
    } catch (IOException e) {
      writer.takeBack();
      refuse(group, bytes, e);
      return false;
    }
  }

  /** Fills {@link #buffers}: large entries as they are, runs of small ones through one buffer. */
  private int gather(List<PendingAppend> group) {
    staging.clear();
    int count = 0;
    int runStart = 0;
    boolean tooSmall = false;
    for (PendingAppend append : group) {
      ByteBuffer bytes = append.entry().bytes();
      if (append.length() <= SMALL_ENTRY_BYTES) {
        if (append.length() <= staging.remaining()) {
          staging.put(bytes);
          continue;
        }
        tooSmall = true;
      }
      if (staging.position() > runStart) {
        buffers[count++] = staging.slice(runStart, staging.position() - runStart);
        runStart = staging.position();
      }
      buffers[count++] = bytes.slice();
    }
    if (staging.position() > runStart) {
      buffers[count++] = staging.slice(runStart, staging.position() - runStart);
    }
    if (tooSmall && staging.capacity() < MOST_STAGING_BYTES) {
      // For the next group: most buffers never see one that needs it.
      staging = ByteBuffer.allocateDirect(staging.capacity() * 2);
    }
    return count;
  }

  private void confirmed(List<PendingAppend> group, long bytes) {
    advance(group.size());
    admission.written(bytes, writer.end());
    appended.add(group.size());
    synced.add(group.size());
    groups.add(group.size());
    zeroing.groupWritten(bytes);
    settle(group);
  }

  private boolean writeThrough(List<PendingAppend> group, long bytes) throws IOException {
    long start = options.time().monotonicNanos();
    boolean done = writer.writeThrough(group, bytes);
    if (done) {
      syncNanos.add(options.time().monotonicNanos() - start);
    }
    return done;
  }

  private void sync() throws IOException {
    long start = options.time().monotonicNanos();
    writer.sync();
    syncNanos.add(options.time().monotonicNanos() - start);
  }

  /** A file is in doubt: the same bytes go to a new one, or the outcome is unknown. */
  private void giveUpOrCarry(
      List<PendingAppend> group, long first, long bytes, IOException reason) {
    report(
        "holdfast.wal.fence",
        Level.ERROR,
        "the disk failed a log file ("
            + reason.getMessage()
            + "); it is not written to again, a new one follows in "
            + place);
    try {
      confirmUnsynced();
      ByteBuffer[] carried = new ByteBuffer[group.size()];
      for (int i = 0; i < carried.length; i++) {
        carried[i] = group.get(i).entry().bytes().slice();
      }
      writer.carry(first, carried);
    } catch (IOException again) {
      // The next file records the jump in the sequences, and such a jump is no gap.
      nextSequence = first + group.size();
      // It may be in the file: that counts until the next one follows.
      admission.written(bytes, writer.reach());
      fail(group, append -> unknown(again));
      return;
    }
    log.keepRecent(group);
    log.addGroup(writer.active(), group, writer.active().headerBytes());
    confirmed(group, bytes);
  }

  /** Only the committer writes the field, so this need not be atomic. */
  private void advance(int count) {
    long next = nextSequence + count;
    nextSequence = next;
  }

  private void writtenOnly(List<PendingAppend> group, long bytes, Durability.Interval interval) {
    if (unsynced.isEmpty()) {
      unsyncedSince = options.time().monotonicNanos();
    }
    unsynced.add(group);
    unsyncedBytes += bytes;
    advance(group.size());
    admission.written(bytes, writer.end());
    appended.add(group.size());
    zeroing.groupWritten(bytes);
    settle(group);
    if (unsyncedBytes >= Math.min(interval.bytes(), admission.limits().largestEntryBytes())) {
      syncNow();
    }
  }

  private void syncIfDue() {
    if (unsynced.isEmpty() || !(options.durability() instanceof Durability.Interval interval)) {
      return;
    }
    if (syncAsked) {
      syncAsked = false;
      syncNow();
      return;
    }
    long left = WaitSet.nanos(interval.time()) - (options.time().monotonicNanos() - unsyncedSince);
    if (left <= 0) {
      syncNow();
    } else {
      task.signalAfter(Duration.ofNanos(left));
    }
  }

  private void syncNow() {
    try {
      confirmUnsynced();
    } catch (IOException e) {
      report(
          "holdfast.wal.sync",
          Level.ERROR,
          "what was appended since the last sync is not yet durable: " + e.getMessage());
      unsyncedSince = options.time().monotonicNanos();
      task.signalAfter(Duration.ofSeconds(1));
    }
  }

  /** In interval mode: syncs what was acked before, in a new file if the old one fails. */
  private void confirmUnsynced() throws IOException {
    if (unsynced.isEmpty()) {
      return;
    }
    if (syncedAt < 0) {
      syncedAt = makeDurable();
    }
    addUnsynced();
  }

  /** Where in the active file what was acked before is then. */
  private long makeDurable() throws IOException {
    long offset = writer.end() - unsyncedBytes;
    if (!writer.isFenced()) {
      try {
        sync();
        return offset;
      } catch (IOException e) {
        writer.fence();
      }
    }
    ByteBuffer bytes = writer.readUnconfirmed();
    writer.carry(unsynced.getFirst().getFirst().sequence(), bytes);
    return writer.active().headerBytes();
  }

  /** One group after the other: one for which there is no memory is tried again, from there on. */
  private void addUnsynced() {
    long bundles = 0;
    while (!unsynced.isEmpty()) {
      List<PendingAppend> group = unsynced.getFirst();
      long bytes = bytesOf(group);
      log.addGroup(writer.active(), group, syncedAt);
      syncedAt += bytes;
      unsyncedBytes -= bytes;
      bundles += group.size();
      synced.add(group.size());
      unsynced.removeFirst();
    }
    syncedAt = -1;
    groups.add(bundles);
    waker.signal();
  }

  private void checkOwner() throws IOException {
    long now = options.time().monotonicNanos();
    if (!takenOver && now - lastOwnerCheck >= OWNER_CHECK_NANOS) {
      lastOwnerCheck = now;
      takenOver = !writer.isUndisturbed();
    }
    if (takenOver) {
      writer.fence();
      throw new IOException(
          "another program has changed the log file; stop it, and open the buffer again");
    }
  }

  private void fail(List<PendingAppend> group, Function<PendingAppend, HoldfastException> reason) {
    for (PendingAppend append : group) {
      append.fail(reason.apply(append));
    }
    settle(group);
  }

  /** Nothing of the group was kept. On a full disk it goes on waiting, in its order, if it may. */
  private void refuse(List<PendingAppend> group, long bytes, IOException reason) {
    if (!DiskFull.isReason(reason)) {
      admission.refuse(bytes);
      fail(group, append -> refusal(reason));
      return;
    }
    queue.addAll(0, group);
    current = List.of();
    if (spares.giveUp()) {
      // There may be room for it now.
      return;
    }
    refusedIn = trial;
    long now = options.time().monotonicNanos();
    long patience = FULL_DISK_RETRY_NANOS;
    for (PendingAppend append : group) {
      long left = append.patience(now);
      waitsForSpace |= left > 0 && !waitingEnded;
      patience = left > 0 ? Math.min(patience, left) : patience;
    }
    // Unless it has to queue up behind one that waits, nothing is refused that was not tried.
    int last = waitsForSpace ? queue.size() : group.size();
    List<PendingAppend> refused = new ArrayList<>();
    queue
        .subList(0, last)
        .removeIf(append -> (waitingEnded || append.patience(now) <= 0) && refused.add(append));
    if (waitsForSpace) {
      retryAt = now + patience;
      task.signalAfter(Duration.ofNanos(patience));
    }
    if (refused.isEmpty()) {
      waker.signal();
    } else {
      admission.refuse(bytesOf(refused));
      fail(refused, append -> refusal(reason));
    }
  }

  private HoldfastException refusal(IOException e) {
    if (DiskFull.isReason(e)) {
      if (waitingEnded) {
        return new ClosedException(
            "the buffer was closed while an append waited for space on the disk under " + place);
      }
      return new BufferFullException(
          "the disk under " + place + " is full: free some space, appends then go on by themselves",
          false,
          e);
    }
    return new StorageException(
        "the log in " + place + " cannot be written (" + e.getMessage() + "); nothing was kept", e);
  }

  private HoldfastException unknown(Throwable e) {
    return new OutcomeUnknownException(
        "the disk under "
            + place
            + " failed while the bundle was written ("
            + e.getMessage()
            + "): outcome unknown, it may be delivered later",
        e);
  }

  private void settle(List<PendingAppend> group) {
    if (group.size() == 1 && !group.getFirst().hasFuture()) {
      // One thread to wake: that costs less here than a second hand-over.
      current = List.of();
      group.getFirst().complete();
    } else {
      settled.add(group);
      current = List.of();
    }
    waker.signal();
  }

  private void wake() {
    for (List<PendingAppend> group = settled.poll(); group != null; group = settled.poll()) {
      for (PendingAppend append : group) {
        append.complete();
      }
    }
    onConfirmed.run();
  }

  private void report(String name, Level level, String message) {
    listener.on(new EngineEvent(name, level, message));
  }

  private static long bytesOf(List<PendingAppend> group) {
    long bytes = 0;
    for (PendingAppend append : group) {
      bytes += append.length();
    }
    return bytes;
  }

  /** Starts a new file, so that this one, of which nothing is needed any more, can be deleted. */
  private void rotateIfAsked() {
    if (!rotationAsked) {
      return;
    }
    rotationAsked = false;
    if (!writer.hasEntries() || takenOver) {
      return;
    }
    try {
      reserve.run(
          () -> {
            confirmUnsynced();
            writer.rotate(nextSequence, options.time().epochNanos());
          });
    } catch (IOException e) {
      // It is asked for again; to tell the upkeep now would be to ask without end.
      report(
          "holdfast.wal.rotate",
          Level.WARNING,
          "the log in " + place + " cannot go on in a new file: " + e.getMessage());
      return;
    }
    waker.signal();
  }

  /** Asks for a new file, because all that is in the active one can go. */
  public void requestRotation() {
    rotationAsked = true;
    task.signal();
  }

  /** Whether the last write found no space on the disk. */
  public boolean isDiskFull() {
    return refusedIn != NONE;
  }

  /** Whether the disk was too full for what was tried after the last {@link #retry} too. */
  public boolean isRefusedAgain() {
    return refusedIn == retries;
  }

  /**
   * There may be space on the disk again: what waits for it is tried now. By the upkeep task only.
   */
  public void retry() {
    long next = retries + 1;
    retries = next;
    retryAsked = true;
    task.signal();
  }

  /** From now on nothing waits for space on the disk: it fails instead. */
  public void endWaiting() {
    waitingEnded = true;
    task.signal();
  }

  /** Asks for the sync that interval durability still owes. */
  public void requestSync() {
    syncAsked = true;
    task.signal();
  }

  /**
   * Stops the tasks; nothing may be submitted any more. What is un-synced is synced, and the active
   * file cut to its length.
   *
   * @return where the log ends; empty when that is not certain, because the disk failed or somebody
   *     else wrote
   */
  public OptionalLong stop() throws IOException {
    close();
    wake();
    try {
      if (!writer.isUndisturbed()) {
        writer.fence();
        takenOver = true;
        report(
            "holdfast.owner.disturbed",
            Level.ERROR,
            "another program has changed the log in " + place + " while it was open here");
      }
      confirmUnsynced();
      boolean sound = writer.isSound() && !takenOver;
      long end = writer.active().positionOf(writer.end());
      writer.close();
      return sound ? OptionalLong.of(end) : OptionalLong.empty();
    } finally {
      writer.abandon();
      spares.close();
    }
  }

  @Override
  public void close() {
    task.close();
    waker.close();
    zeroing.close();
  }
}
