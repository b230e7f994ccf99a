package io.holdfast.engine;

import io.holdfast.engine.log.Admission;
import io.holdfast.engine.log.Committer;
import io.holdfast.engine.log.EncodedEntry;
import io.holdfast.engine.log.Identity;
import io.holdfast.engine.log.Log;
import io.holdfast.engine.log.LogRecovery;
import io.holdfast.engine.log.PendingAppend;
import io.holdfast.engine.log.Recovered;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.progress.CursorFile;
import io.holdfast.engine.progress.OwnerLock;
import io.holdfast.engine.progress.ProgressFile;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.progress.StateFile;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.tasks.WaitSet;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** The buffer on its write-ahead log: joins the log, the subscriptions and the small files. */
final class WalBuffer implements DurableBuffer {
  /** Reserved ahead, so that the state need not be written with each append. */
  private static final long SEQUENCE_BLOCK = 1L << 20;

  /** More than this on its way to the disk makes {@link #appendAsync} wait. */
  private static final long QUEUED_BYTES = 64L << 20;

  private static final Duration FULL_DISK_RETRY = Duration.ofMillis(100);
  private static final Duration UPKEEP_RETRY = Duration.ofSeconds(1);

  private final Storage storage;
  private final BufferOptions options;
  private final SafeListener listener;
  private final BufferPool pool = new BufferPool();
  private final BufferAllocator allocator = new RootAllocator();
  private final OwnerLock lock;
  private final Log log;
  private final Admission admission;
  private final Committer committer;
  private final Upkeep upkeep;
  private final WaitSet room;
  private final WaitSet idle;
  private final RecoveryReport recovery;
  private final long rotationFloor;

  /** Changed by the upkeep task only, read by all. */
  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();

  /** Of all that have dead letters or were asked for theirs. */
  private final Map<String, DeadLetterBox> boxes = new ConcurrentHashMap<>();

  private final Map<String, WalSubscriber> connected = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean allocatorClosed = new AtomicBoolean();
  private final AtomicInteger appending = new AtomicInteger();
  private final AtomicInteger deliveries = new AtomicInteger();
  private final AtomicInteger waitingForRoom = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder redelivered = new LongAdder();
  private final LongAdder acked = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder deferred = new LongAdder();
  private final LongAdder failed = new LongAdder();

  private volatile long writtenFloor;

  // The upkeep task's own.
  private long cursorSequence;
  private boolean cursorKnown;
  private boolean upkeepFailed;

  private WalBuffer(Storage storage, BufferOptions options) throws IOException {
    this.storage = storage;
    this.options = options;
    this.listener = new SafeListener(options.listener());
    this.room = new WaitSet(options.tasks(), options.time());
    this.idle = new WaitSet(options.tasks(), options.time());
    storage.createDirectory("");
    this.lock = OwnerLock.take(storage);
    boolean opened = false;
    Recovered made = null;
    try {
      storage.createDirectory("wal");
      Optional<StateFile> state = StateFile.read(storage);
      List<String> notes = new ArrayList<>();
      Map<String, ProgressFile> progress = readProgress(notes);
      long highest = -1;
      for (ProgressFile file : progress.values()) {
        highest = Math.max(highest, file.resolved().highest());
      }
      made = LogRecovery.open(storage, options, pool, allocator, state, highest);
      this.log = made.log();
      this.admission = made.admission();
      this.cursorSequence = made.cursorSequence();
      this.rotationFloor = state.map(StateFile::rotationFloor).orElse(1L);
      for (Map.Entry<String, ProgressFile> entry : progress.entrySet()) {
        restore(entry.getKey(), entry.getValue(), made.holds(), notes);
      }
      for (String id : storage.listFolders(DeadLetterBox.FOLDER)) {
        // What they take counts, whether somebody asks for them or not.
        if (ProgressFile.isLegal(id)) {
          box(id);
        }
      }
      this.recovery = withNotes(made.report(), notes);
      writeState(made, false, 0);
      this.upkeep = new Upkeep(options, this::runUpkeep);
      this.committer =
          new Committer(
              made,
              options,
              listener,
              made.nextSequence(),
              storage.describe("wal"),
              this::afterGroup);
      opened = true;
    } finally {
      if (!opened) {
        if (made != null) {
          made.log().close();
          made.writer().abandon();
        }
        allocator.close();
        lock.close();
      }
    }
    tellRecovery();
    upkeep.soon();
  }

  static WalBuffer open(Storage storage, BufferOptions options) {
    boolean interrupted = Thread.interrupted();
    try {
      return new WalBuffer(storage, options);
    } catch (IOException e) {
      throw new StorageException(
          storage.describe("") + " cannot be opened: " + reason(e) + "; see to that and try again",
          e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * What an I/O error says; some of the JDK's have only a file for a message, the type is the word.
   */
  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "no permission for " + denied.getFile();
      case java.nio.file.NotDirectoryException file -> file.getFile() + " is no directory";
      case java.nio.file.NoSuchFileException none -> "there is no " + none.getFile();
      default -> String.valueOf(e.getMessage());
    };
  }

  private Map<String, ProgressFile> readProgress(List<String> notes) throws IOException {
    Map<String, ProgressFile> found = new TreeMap<>();
    boolean deleted = false;
    for (String id : ProgressFile.list(storage)) {
      switch (ProgressFile.read(storage, id).orElse(new ProgressFile.Read.Damaged("it is gone"))) {
        case ProgressFile.Read.Known(ProgressFile file) when file.removed() -> {
          ProgressFile.delete(storage, id);
          deleted = true;
        }
        case ProgressFile.Read.Known(ProgressFile file) -> found.put(id, file);
        case ProgressFile.Read.Damaged(String why) -> {
          notes.add(
              "the progress of subscriber "
                  + id
                  + " is damaged ("
                  + why
                  + "); it gets everything that is kept again");
          found.put(id, new ProgressFile(false, new ResolvedSet(0), Optional.empty()));
        }
      }
    }
    if (deleted) {
      storage.syncDirectory("");
    }
    return found;
  }

  private void restore(
      String id, ProgressFile file, Predicate<Identity> isHeld, List<String> notes) {
    ResolvedSet resolved = file.resolved();
    ProgressFile progress = file;
    if (file.highest().isPresent() && !isHeld.test(file.highest().get())) {
      notes.add(
          "the log is not the one that subscriber "
              + id
              + " has read; it gets what may be new to it again");
      resolved.forgetFrom(cursorSequence);
      progress = new ProgressFile(false, resolved, Optional.empty());
    }
    resolved.raise(cursorSequence);
    subscriptions.put(id, new Subscription(id, log, progress, options));
  }

  private static RecoveryReport withNotes(RecoveryReport report, List<String> notes) {
    List<String> all = new ArrayList<>(report.notes());
    all.addAll(notes);
    return new RecoveryReport(
        report.cleanStop(),
        report.replayed(),
        report.unconfirmed(),
        report.damage(),
        report.missing(),
        all);
  }

  private void tellRecovery() {
    report(
        "holdfast.wal.replay",
        Level.DEBUG,
        storage.describe("") + ": " + recovery.replayed() + " bundles in the log");
    for (RecoveryReport.Range range : recovery.damage()) {
      report("holdfast.wal.corrupt", Level.ERROR, "damaged and lost: " + range);
    }
    for (RecoveryReport.SequenceRange range : recovery.missing()) {
      report("holdfast.wal.missing", Level.ERROR, "missing in the log: " + range);
    }
    for (RecoveryReport.Range range : recovery.unconfirmed()) {
      report("holdfast.wal.unconfirmed", Level.DEBUG, "an unfinished append was cut off: " + range);
    }
    for (String note : recovery.notes()) {
      report("holdfast.recovery.note", Level.WARNING, note);
    }
  }

  BufferOptions options() {
    return options;
  }

  Log log() {
    return log;
  }

  void report(String name, Level level, String message) {
    listener.on(new EngineEvent(name, level, message));
  }

  @Override
  public long append(RecordBundle bundle) {
    return append(bundle, options.appendTimeout());
  }

  @Override
  public long append(RecordBundle bundle, Duration timeout) {
    long nanos = WaitSet.nanos(timeout);
    long start = options.time().monotonicNanos();
    while (true) {
      long left = nanos - (options.time().monotonicNanos() - start);
      try {
        return appendOnce(bundle, Math.max(0, left));
      } catch (BufferFullException full) {
        // The cap was waited for already; a full disk is tried again until the time is up.
        if (full.getCause() == null || left <= 0) {
          refused.increment();
          throw full;
        }
        room.await(closed::get, Math.min(left, FULL_DISK_RETRY.toNanos()));
      }
    }
  }

  private long appendOnce(RecordBundle bundle, long nanos) {
    enter();
    try {
      PendingAppend append = admit(bundle, nanos, Thread.currentThread(), null);
      boolean interrupted = false;
      while (!append.isDone()) {
        options.tasks().pause(Long.MAX_VALUE);
        interrupted |= Thread.interrupted();
      }
      if (queuedBytes.getAndAdd(-append.bytes()) >= QUEUED_BYTES) {
        room.signalAll();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return append.result();
    } finally {
      leave();
    }
  }

  @Override
  public CompletableFuture<Long> appendAsync(RecordBundle bundle) {
    return appendAsync(bundle, Duration.ZERO);
  }

  @Override
  public CompletableFuture<Long> appendAsync(RecordBundle bundle, Duration timeout) {
    CompletableFuture<Long> future = new CompletableFuture<>();
    try {
      enter();
    } catch (ClosedException ended) {
      future.completeExceptionally(ended);
      return future;
    }
    try {
      room.await(() -> queuedBytes.get() < QUEUED_BYTES || closed.get(), Long.MAX_VALUE);
      PendingAppend append = admit(bundle, WaitSet.nanos(timeout), null, future);
      return future.whenComplete(
          (sequence, failure) -> {
            queuedBytes.addAndGet(-append.bytes());
            leave();
          });
    } catch (HoldfastException refusal) {
      if (refusal instanceof BufferFullException) {
        refused.increment();
      }
      leave();
      future.completeExceptionally(refusal);
      return future;
    } catch (Throwable failure) {
      leave();
      throw failure;
    }
  }

  private PendingAppend admit(
      RecordBundle bundle,
      long nanos,
      @Nullable Thread waiter,
      @Nullable CompletableFuture<Long> future) {
    EncodedEntry entry = EncodedEntry.of(bundle, pool, options.largestEntryBytes());
    boolean admitted = false;
    try {
      admitted = admission.tryAdmit(entry.length()) || waitForRoom(entry.length(), nanos);
    } finally {
      if (!admitted) {
        entry.release();
      }
    }
    if (!admitted) {
      checkOpen();
      throw new BufferFullException(
          storage.describe("")
              + " is full: "
              + admission.used()
              + " of "
              + options.capBytes()
              + " bytes are taken; it empties as subscribers ack",
          null);
    }
    PendingAppend append = new PendingAppend(entry, waiter, future);
    queuedBytes.addAndGet(append.bytes());
    committer.submit(append);
    return append;
  }

  private boolean waitForRoom(int bytes, long nanos) {
    waitingForRoom.incrementAndGet();
    try {
      upkeep.soon();
      boolean[] admitted = new boolean[1];
      room.await(
          () -> {
            admitted[0] = admitted[0] || (!closed.get() && admission.tryAdmit(bytes));
            return admitted[0] || closed.get();
          },
          nanos);
      return admitted[0];
    } finally {
      waitingForRoom.decrementAndGet();
    }
  }

  private void enter() {
    appending.incrementAndGet();
    if (closed.get()) {
      leave();
      checkOpen();
    }
  }

  private void leave() {
    if (appending.decrementAndGet() == 0 && closed.get()) {
      idle.signalAll();
    }
  }

  void checkOpen() {
    if (closed.get()) {
      throw new ClosedException("the buffer in " + storage.describe("") + " is closed");
    }
  }

  /** Run by the waker: after each group, and when something is due. */
  private void afterGroup() {
    room.signalAll();
    long now = options.time().monotonicNanos();
    long due = Long.MAX_VALUE;
    for (WalSubscriber subscriber : connected.values()) {
      subscriber.mayHaveMore();
      due = Math.min(due, subscriber.nextDue(now));
    }
    if (due != Long.MAX_VALUE) {
      committer.wakeAfter(Duration.ofNanos(due - now));
    }
    if (isFloorNear()) {
      upkeep.soon();
    }
  }

  /** The memory of a bundle is in somebody's hands, until {@link #deliveryClosed}. */
  void handedOut() {
    deliveries.incrementAndGet();
  }

  void delivered(int attempt) {
    delivered.increment();
    if (attempt > 1) {
      redelivered.increment();
    }
  }

  void deliveryClosed() {
    if (deliveries.decrementAndGet() == 0 && closed.get()) {
      closeAllocator();
    }
  }

  void acked() {
    acked.increment();
  }

  void rejected() {
    rejected.increment();
  }

  void deferred() {
    deferred.increment();
  }

  void failed() {
    failed.increment();
  }

  /** Looks after this time whether something is due. */
  void wakeAfter(Duration delay) {
    committer.wakeAfter(delay);
  }

  /**
   * Something was resolved: it must be durable in time, at once when somebody waits for the room.
   */
  void progressMade() {
    if (waitingForRoom.get() > 0) {
      upkeep.soon();
    } else {
      upkeep.within(options.progressInterval());
    }
  }

  @Override
  public Subscriber subscribe(String id) {
    return subscribe(id, StartAt.EARLIEST);
  }

  @Override
  public Subscriber subscribe(String id, StartAt start) {
    checkLegal(id);
    checkOpen();
    var made =
        new Object() {
          @Nullable WalSubscriber subscriber;
        };
    run("subscriber " + id + " cannot be made", () -> made.subscriber = connect(create(id, start)));
    WalSubscriber subscriber = Objects.requireNonNull(made.subscriber);
    try {
      resumeReplays(id);
    } catch (IOException | HoldfastException e) {
      report(
          "holdfast.deadletter.failure",
          Level.WARNING,
          "the dead letters of subscriber " + id + " cannot be replayed: " + e.getMessage());
    }
    return subscriber;
  }

  private void resumeReplays(String id) throws IOException {
    DeadLetterBox box = boxes.get(id);
    if (box != null) {
      box.resumeReplays();
    }
  }

  Subscription subscription(String id) {
    return Objects.requireNonNull(subscriptions.get(id));
  }

  @Override
  public DeadLetters deadLetters(String id) {
    checkLegal(id);
    checkOpen();
    try {
      return box(id);
    } catch (IOException e) {
      throw new StorageException(
          "the dead letters in " + storage.describe("") + " cannot be listed: " + reason(e), e);
    }
  }

  private DeadLetterBox box(String id) throws IOException {
    synchronized (boxes) {
      DeadLetterBox box = boxes.get(id);
      if (box == null) {
        box =
            new DeadLetterBox(
                storage.folder(DeadLetterBox.FOLDER).folder(id),
                options,
                admission,
                () -> {
                  WalSubscriber subscriber = connected.get(id);
                  if (subscriber != null) {
                    subscriber.mayHaveMore();
                  }
                });
        boxes.put(id, box);
      }
      return box;
    }
  }

  /** On the upkeep task, so that nobody unsubscribes it meanwhile. */
  private WalSubscriber connect(Subscription subscription) throws IOException {
    OptionalLong connection = subscription.connect();
    if (connection.isEmpty()) {
      throw new IllegalStateException("subscriber " + subscription.id() + " is connected already");
    }
    LogFeed feed = new LogFeed(this, subscription, box(subscription.id()));
    WalSubscriber subscriber = new WalSubscriber(this, feed, connection.getAsLong());
    connected.put(subscription.id(), subscriber);
    return subscriber;
  }

  private static void checkLegal(String id) {
    if (!ProgressFile.isLegal(id)) {
      throw new IllegalArgumentException(
          "\""
              + id
              + "\" is no subscriber id: 1 to 64 characters of A-Z, a-z, 0-9, _ and -, and no name"
              + " that Windows reserves");
    }
  }

  /** On the upkeep task. */
  private Subscription create(String id, StartAt start) throws IOException {
    Subscription known = subscriptions.get(id);
    if (known != null) {
      // An unsubscribe that failed half-way may have left another file than it should be.
      persistProgress();
      return known;
    }
    ResolvedSet resolved = new ResolvedSet(cursorSequence);
    boolean first = true;
    for (Subscription other : subscriptions.values()) {
      if (first) {
        resolved = other.resolved();
        first = false;
      } else {
        resolved.retainAll(other.resolved());
      }
    }
    if (start == StartAt.LATEST) {
      resolved.raise(log.lastSequence(committer.nextSequence() - 1) + 1);
    }
    ProgressFile progress = new ProgressFile(false, resolved, identityOf(resolved));
    Subscription subscription = new Subscription(id, log, progress, options);
    subscription.snapshot().prepare(storage, id);
    ProgressFile.publish(storage, id);
    storage.syncDirectory("");
    subscription.markDurable();
    subscriptions.put(id, subscription);
    return subscription;
  }

  private Optional<Identity> identityOf(ResolvedSet resolved) throws IOException {
    Optional<Log.Located> found = log.find(resolved.highest());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (var entry = log.read(found.get())) {
      return Optional.of(new Identity(entry.sequence(), entry.time(), entry.crc()));
    }
  }

  @Override
  public void unsubscribe(String id) {
    checkLegal(id);
    checkOpen();
    run("subscriber " + id + " cannot be removed", () -> remove(id));
  }

  /** On the upkeep task. */
  private void remove(String id) throws IOException {
    Subscription subscription = subscriptions.get(id);
    if (subscription == null) {
      return;
    }
    if (subscription.isConnected()) {
      throw new IllegalStateException("subscriber " + id + " is connected: close it first");
    }
    // Until it is out of the map it lives on, and its file must say so again.
    subscription.markDirty();
    new ProgressFile(true, subscription.resolved(), Optional.empty()).prepare(storage, id);
    ProgressFile.publish(storage, id);
    storage.syncDirectory("");
    subscriptions.remove(id);
    ProgressFile.delete(storage, id);
    storage.syncDirectory("");
    advanceCursor();
  }

  void disconnected(WalSubscriber subscriber) {
    connected.remove(subscriber.id(), subscriber);
    if (!closed.get()) {
      try {
        flush();
      } catch (ClosedException closing) {
        // Then closing makes the progress durable.
      }
    }
  }

  @Override
  public Set<String> subscribers() {
    return Set.copyOf(subscriptions.keySet());
  }

  @Override
  public RecoveryReport recovery() {
    return recovery;
  }

  @Override
  public BufferStatus status() {
    return new BufferStatus(
        committer.appended(),
        refused.sum(),
        committer.groups(),
        delivered.sum(),
        redelivered.sum(),
        acked.sum(),
        rejected.sum(),
        deferred.sum(),
        failed.sum(),
        committer.nextSequence(),
        admission.used(),
        options.capBytes());
  }

  @Override
  public void flush() {
    checkOpen();
    committer.requestSync();
    run("progress cannot be written", this::persist);
  }

  /** Makes the progress of one subscriber durable; several callers at once share a write. */
  void flush(Subscription subscription) {
    run("progress cannot be written", () -> persistProgress(List.of(subscription)));
  }

  /**
   * Puts on the disk what a subscriber has in its hands. If the disk refuses, it is handed out
   * nevertheless: a bundle that ends the process is rarer than a full disk.
   */
  void writeHandedOut(Subscription subscription) {
    try {
      flush(subscription);
    } catch (StorageException refused) {
      subscription.goOnUnwritten();
      upkeep.within(UPKEEP_RETRY);
    } catch (ClosedException closing) {
      // Whoever asked for the bundle hears of it next.
    }
  }

  /** Runs a job on the upkeep task, and waits for it. */
  void run(String what, Upkeep.Job job) {
    try {
      upkeep.run(
          () -> {
            checkOpen();
            job.run();
          });
    } catch (IOException e) {
      throw new StorageException(
          what + " in " + storage.describe("") + ": " + reason(e) + "; nothing is lost", e);
    }
  }

  /** On the upkeep task. */
  private void runUpkeep() {
    if (closed.get()) {
      return;
    }
    try {
      persist();
      upkeepFailed = false;
    } catch (IOException e) {
      if (!upkeepFailed) {
        report(
            "holdfast.progress.failure",
            Level.WARNING,
            "progress cannot be written in "
                + storage.describe("")
                + ": "
                + reason(e)
                + "; it is tried again, and until then a crash repeats deliveries");
      }
      upkeepFailed = true;
      upkeep.within(UPKEEP_RETRY);
    }
  }

  /** On the upkeep task: progress first, then the cursor, then what it sets free. */
  private void persist() throws IOException {
    persistProgress();
    advanceCursor();
  }

  private void persistProgress() throws IOException {
    persistProgress(subscriptions.values());
  }

  private void persistProgress(Collection<Subscription> chosen) throws IOException {
    List<Subscription> written = new ArrayList<>();
    for (Subscription subscription : chosen) {
      if (subscription.isDirty()) {
        written.add(subscription);
        try {
          subscription.snapshot().prepare(storage, subscription.id());
          ProgressFile.publish(storage, subscription.id());
        } catch (Throwable failure) {
          written.forEach(Subscription::markDirty);
          throw failure;
        }
      }
    }
    if (!written.isEmpty()) {
      try {
        storage.syncDirectory("");
      } catch (Throwable failure) {
        written.forEach(Subscription::markDirty);
        throw failure;
      }
      written.forEach(Subscription::markDurable);
    }
  }

  /** Moves the cursor over what all have resolved, durably, and deletes the files below it. */
  private void advanceCursor() throws IOException {
    long lowest = cursorSequence;
    if (!subscriptions.isEmpty()) {
      lowest = Long.MAX_VALUE;
      for (Subscription subscription : subscriptions.values()) {
        lowest = Math.min(lowest, subscription.durableLowWater());
      }
    }
    if (log.keepsFiles()) {
      // What cannot be delivered from here must not count as done for whoever reads the cursor.
      return;
    }
    if (lowest > cursorSequence || !cursorKnown || isFloorNear()) {
      cursorSequence = Math.max(cursorSequence, lowest);
      cursorKnown = false;
      CursorFile.write(storage, log.positionFrom(cursorSequence));
      writeState(committer, false, 0);
      cursorKnown = true;
    }
    if (log.hasFilesBelow(cursorSequence) && log.deleteBelow(cursorSequence, admission)) {
      storage.syncDirectory("wal");
      room.signalAll();
    }
    if (log.hasFilesBelow(cursorSequence)) {
      upkeep.within(options.progressInterval());
    }
  }

  /** Whether so many sequences were given out that the floor must be raised. */
  private boolean isFloorNear() {
    return committer.nextSequence() > writtenFloor - SEQUENCE_BLOCK / 2;
  }

  private void writeState(Committer from, boolean clean, long logEnd) throws IOException {
    writeState(from.nextSequence(), from.nextFileNumber(), clean, logEnd);
  }

  private void writeState(Recovered from, boolean clean, long logEnd) throws IOException {
    writeState(from.nextSequence(), from.writer().nextNumber(), clean, logEnd);
  }

  private void writeState(long nextSequence, long nextNumber, boolean clean, long logEnd)
      throws IOException {
    // Who stops has nothing to reserve ahead for.
    long floor = clean ? nextSequence : nextSequence + SEQUENCE_BLOCK;
    new StateFile(
            floor,
            0,
            Math.max(rotationFloor, nextNumber),
            log.positionFrom(cursorSequence),
            cursorSequence,
            clean,
            logEnd,
            options.durability() instanceof Durability.Interval interval ? interval.bytes() : 0)
        .write(storage);
    writtenFloor = floor;
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    room.signalAll();
    idle.await(() -> appending.get() == 0, Long.MAX_VALUE);
    for (WalSubscriber subscriber : connected.values()) {
      subscriber.detach();
    }
    connected.clear();
    for (DeadLetterBox box : boxes.values()) {
      try {
        box.close();
      } catch (HoldfastException failed) {
        report("holdfast.deadletter.failure", Level.WARNING, String.valueOf(failed.getMessage()));
      }
    }
    try {
      upkeep.run(this::stop);
    } catch (IOException e) {
      throw new StorageException(
          storage.describe("")
              + " was not closed cleanly: "
              + reason(e)
              + "; what was appended is kept, some deliveries may be repeated",
          e);
    } finally {
      upkeep.close();
      if (deliveries.get() == 0) {
        closeAllocator();
      }
    }
  }

  /** On the upkeep task: the last one. */
  private void stop() throws IOException {
    try (lock) {
      try {
        OptionalLong end = committer.stop();
        persistProgress();
        advanceCursor();
        writeState(committer, end.isPresent(), end.orElse(0));
      } finally {
        log.close();
      }
    }
  }

  private void closeAllocator() {
    if (!allocatorClosed.getAndSet(true)) {
      allocator.close();
    }
  }
}
