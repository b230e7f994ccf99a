package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.Limits;
import io.holdfast.engine.capacity.ReserveFile;
import io.holdfast.engine.capacity.SharedSpace;
import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.log.Committer;
import io.holdfast.engine.log.EncodedEntry;
import io.holdfast.engine.log.Log;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.progress.Attempts;
import io.holdfast.engine.progress.OwnerLock;
import io.holdfast.engine.progress.ProgressFile;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.segment.RefusedSegmentException;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.tasks.WaitSet;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** The buffer on its write-ahead log: joins the log, the subscriptions and the small files. */
final class WalBuffer implements DurableBuffer {
  private static final Duration UPKEEP_RETRY = Duration.ofSeconds(1);
  private static final Duration LEFTOVERS_RETRY = Duration.ofMillis(100);

  private final Storage storage;
  private final EngineThreads threads;
  private final BufferOptions options;
  private final SafeListener listener;
  private final BufferPool pool = new BufferPool();
  private final SchemaMessages schemas = new SchemaMessages();
  private final BufferAllocator allocator = new RootAllocator();
  private final OwnerLock lock;
  private final Log log;
  private final Segments segments;
  private final Store store;
  private final SubscriberFiles files;
  private final Retention retention;
  private final Admission admission;
  private final Committer committer;
  private final Upkeep upkeep;
  private final ReserveFile reserve;
  private final Room room;
  private final Appender appender;
  private final RecoveryReport recovery;

  /** Changed by the upkeep task only, read by all. */
  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();

  private final DeadLetterBoxes deadLetters;
  private final Map<String, WalSubscriber> connected = new ConcurrentHashMap<>();

  /** Whose removal has failed: what lies on the disk of them may say that they are gone. */
  private final Set<String> halfRemoved = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean closed = new AtomicBoolean();

  /** Set when no task will use the allocator any more. */
  private volatile boolean stopped;

  private final WaitSet ended;
  private volatile boolean hasEnded;
  private final AtomicBoolean allocatorClosed = new AtomicBoolean();
  private final AtomicInteger deliveries = new AtomicInteger();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder redelivered = new LongAdder();
  private final LongAdder acked = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder deferred = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /** The upkeep task's own. */
  private boolean upkeepFailed;

  private boolean finalizeFailed;

  private WalBuffer(Storage storage, BufferOptions given) throws IOException {
    this.storage = storage;
    this.threads = new EngineThreads(given.tasks());
    this.options = given.withTasks(threads);
    this.ended = new WaitSet(threads, options.time());
    this.listener = new SafeListener(options.listener());
    this.reserve = new ReserveFile(storage);
    Limits limits = new Limits(options.capBytes());
    this.admission =
        options
            .budget()
            .map(budget -> budget.account(limits))
            .orElseGet(() -> new Admission(new SharedSpace(limits.capBytes(), 0), limits));
    this.lock = takeLock();
    Opening opening =
        new Opening(storage, options, reserve, admission, pool, allocator, listener, subscriptions);
    boolean opened = false;
    try {
      Opening.Opened found = opening.open();
      this.segments = found.segments();
      this.log = found.recovered().log();
      this.store = found.store();
      this.files = found.files();
      this.retention = found.retention();
      this.recovery = found.report();
      this.deadLetters =
          new DeadLetterBoxes(storage, options, admission, listener, threads, this::maybeMore);
      this.upkeep = new Upkeep(options, this::runUpkeep);
      retention.between(upkeep::breathe);
      retention.tell(this::maybeMore);
      this.committer =
          new Committer(
              found.recovered(),
              options,
              listener,
              reserve,
              found.recovered().nextSequence(),
              storage.describe("wal"),
              this::afterGroup);
      retention.follow(committer::nextSequence);
      this.room =
          new Room(
              storage,
              options,
              admission,
              reserve,
              log,
              committer,
              found.recovered().spares(),
              upkeep);
      this.appender =
          new Appender(storage.describe(""), options, threads, pool, schemas, room, committer);
      opened = true;
    } finally {
      if (!opened) {
        try (allocator;
            admission;
            lock) {
          opening.abandon();
        }
      }
    }
    room.join();
    tellRecovery();
    upkeep.soon();
  }

  /** Who is refused leaves nothing behind in a budget that others share. */
  private OwnerLock takeLock() throws IOException {
    boolean taken = false;
    try {
      storage.createDirectory("");
      OwnerLock owned = OwnerLock.take(storage, reserve);
      taken = true;
      return owned;
    } finally {
      if (!taken) {
        admission.close();
      }
    }
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
      case java.nio.file.FileSystemLoopException loop ->
          loop.getFile() + " is a symbolic link that leads back to itself";
      case java.nio.file.FileAlreadyExistsException taken ->
          taken.getFile() + " is a file or a broken link, and no directory";
      case java.nio.file.AtomicMoveNotSupportedException moves ->
          "the filesystem cannot replace " + moves.getFile() + " at once; take a local disk";
      default -> String.valueOf(e.getMessage());
    };
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

  Store store() {
    return store;
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
    return appender.append(bundle, timeout);
  }

  @Override
  public CompletableFuture<Long> appendAsync(RecordBundle bundle) {
    return appendAsync(bundle, Duration.ZERO);
  }

  @Override
  public CompletableFuture<Long> appendAsync(RecordBundle bundle, Duration timeout) {
    return appender.appendAsync(bundle, timeout);
  }

  /**
   * Copies rows out of a caller's memory.
   *
   * @param source of which bundle they are; they may be as large as it is
   */
  GivenUp.Part copy(RecordBundle rows, Identity source, int sourceBytes) {
    // It was stored once already, maybe under a larger cap.
    long limit = Math.max(options.largestEntryBytes(), sourceBytes);
    EncodedEntry encoded = EncodedEntry.of(rows, pool, schemas, limit);
    return new GivenUp.Part(encoded.reread(source, allocator), encoded.slotsCrc());
  }

  boolean isOpen() {
    return !closed.get();
  }

  void checkOpen() {
    if (closed.get()) {
      throw new ClosedException("the buffer in " + storage.describe("") + " is closed");
    }
  }

  /** Run by the waker: after each group, and when something is due. */
  private void afterGroup() {
    room.roomCame();
    room.lookAfterLeftovers();
    long now = options.time().monotonicNanos();
    long due = Long.MAX_VALUE;
    for (WalSubscriber subscriber : connected.values()) {
      subscriber.mayHaveMore();
      due = Math.min(due, subscriber.nextDue(now));
    }
    if (due != Long.MAX_VALUE) {
      committer.wakeAfter(Duration.ofNanos(due - now));
    }
    if (retention.isFloorNear()
        || retention.isFinalizeDue()
        || retention.isCollectDue()
        || room.isWanted()) {
      upkeep.soon();
    }
  }

  /** From now on no log file is kept to be used again: the space is somebody else's. */
  void keepNoSpareFiles() {
    room.keepNoSpareFiles();
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
    if (deliveries.decrementAndGet() == 0 && stopped) {
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
    if (room.isWanted()) {
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
    deadLetters.resumeReplays(id);
    return Objects.requireNonNull(made.subscriber);
  }

  /** Lets the waker tell all subscribers that there may be more: with no lock of anybody's held. */
  private void maybeMore() {
    committer.wakeAfter(Duration.ZERO);
  }

  @Override
  public DeadLetters deadLetters(String id) {
    checkLegal(id);
    checkOpen();
    try {
      return deadLetters.of(id);
    } catch (IOException e) {
      throw new StorageException(
          "the dead letters in " + storage.describe("") + " cannot be listed: " + reason(e), e);
    }
  }

  /** One that exists. */
  Subscription subscription(String id) {
    return Objects.requireNonNull(subscriptions.get(id));
  }

  /** On the upkeep task, so that nobody unsubscribes it meanwhile. */
  private WalSubscriber connect(Subscription subscription) throws IOException {
    // Before it is connected, for the disk may refuse this.
    LogFeed feed = new LogFeed(this, subscription, deadLetters.of(subscription.id()));
    OptionalLong connection = subscription.connect();
    if (connection.isEmpty()) {
      throw new IllegalStateException("subscriber " + subscription.id() + " is connected already");
    }
    WalSubscriber subscriber = new WalSubscriber(this, feed, connection.getAsLong());
    connected.put(subscription.id(), subscriber);
    log.readers(connected::size);
    return subscriber;
  }

  static void checkLegal(String id) {
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
      if (halfRemoved.contains(id)) {
        retention.persistProgress(known);
        halfRemoved.remove(id);
      }
      return known;
    }
    if (halfRemoved.contains(id)) {
      // What is left of it would count for the new one.
      finishRemoval(id);
    }
    ResolvedSet common = null;
    for (Subscription other : subscriptions.values()) {
      if (common == null) {
        common = other.resolved();
      } else {
        common.retainAll(other.resolved());
      }
    }
    ResolvedSet resolved = store.earliest(common);
    if (start == StartAt.LATEST) {
      resolved.raise(store.lastSequence(committer.nextSequence() - 1) + 1);
    }
    Identity highest = proof(resolved.highest()).orElse(null);
    SubscriberFiles.Progress progress = SubscriberFiles.Progress.of(resolved, highest);
    Subscription subscription = new Subscription(id, store, progress, options);
    try {
      retention.write(subscription);
      storage.syncDirectory("");
    } catch (IOException failed) {
      unmake(id, failed);
      throw failed;
    }
    subscription.markDurable();
    subscriptions.put(id, subscription);
    return subscription;
  }

  /** What tells this log from another one; nothing if the disk does not say. */
  private Optional<Identity> proof(long sequence) {
    try {
      // What other engines wrote into segments is no part of the log.
      return sequence < 0 ? Optional.empty() : store.identity(sequence);
    } catch (IOException refused) {
      return Optional.empty();
    }
  }

  /** It may have its name already. Where the disk refuses this too, unsubscribe does it. */
  private void unmake(String id, IOException why) {
    try {
      finishRemoval(id);
    } catch (IOException refused) {
      why.addSuppressed(refused);
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
      // What is left of one that was not made, or whose removal has failed, is there once it opens.
      finishRemoval(id);
      return;
    }
    if (subscription.isConnected()) {
      throw new IllegalStateException("subscriber " + id + " is connected: close it first");
    }
    // Until it is out of the map it lives on, and its file must say so again.
    subscription.markDirty();
    halfRemoved.add(id);
    files.prepareOwn(id, subscription.resolved(), Optional.empty(), Attempts.NONE, true);
    ProgressFile.publish(storage, id);
    storage.syncDirectory("");
    subscriptions.remove(id);
    finishRemoval(id);
    retention.persist();
  }

  private void finishRemoval(String id) throws IOException {
    files.forget(id);
    SubscriberFiles.finishRemoval(storage, id);
    storage.syncDirectory("");
    halfRemoved.remove(id);
  }

  void disconnected(WalSubscriber subscriber) {
    connected.remove(subscriber.id(), subscriber);
    log.readers(connected::size);
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
    long first = store.finalizedTo();
    return new BufferStatus(
        committer.appended(),
        committer.synced(),
        appender.refused(),
        committer.groups(),
        committer.syncNanos(),
        delivered.sum(),
        redelivered.sum(),
        acked.sum(),
        rejected.sum(),
        deferred.sum(),
        failed.sum(),
        committer.nextSequence(),
        options.time().epochNanos(),
        oldest(),
        new BufferStatus.OpenRange(first, log.bytesFrom(first)),
        admission.use(),
        admission.reserved(),
        options.capBytes());
  }

  private OptionalLong oldest() {
    OptionalLong oldest = OptionalLong.empty();
    if (closed.get()) {
      return oldest;
    }
    try {
      if (subscriptions.isEmpty()) {
        return store.oldestMissing(new ResolvedSet(store.firstKey()));
      }
      for (Subscription subscription : subscriptions.values()) {
        oldest = Store.earlier(oldest, subscription.oldest());
      }
    } catch (IOException unreadable) {
      // Whoever takes that bundle is told.
    }
    return oldest;
  }

  @Override
  public void flush() {
    checkOpen();
    committer.requestSync();
    deadLetters.flush();
    run("progress cannot be written", this::persist);
  }

  /** Makes the progress of one subscriber durable; several callers at once share a write. */
  void flush(Subscription subscription) {
    run(
        "progress cannot be written",
        () -> retention.persistProgress(subscription),
        upkeep::runUrgently);
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
    run(what, job, upkeep::run);
  }

  private void run(String what, Upkeep.Job job, Upkeep.Turn turn) {
    try {
      turn.run(
          () -> {
            checkOpen();
            reserve.run(job::run);
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
      reserve.run(this::persist);
      upkeepFailed = false;
    } catch (IOException e) {
      count(e);
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
    room.keep(retention.cursorSequence());
    if (options.whenFull() == WhenFull.DROP_OLDEST && room.isRefusedAgain()) {
      dropForTheDisk();
    }
  }

  /** A segment that is refused again and again must not keep a policy from the others. */
  private void count(IOException failure) {
    if (failure instanceof RefusedSegmentException refused) {
      store.count(refused, options.time().monotonicNanos());
    }
  }

  /**
   * On a disk that others have filled nobody knows how much must go. So one file goes, then what
   * was refused is tried again; and while a file is still to be deleted, no other one goes for it.
   */
  private void dropForTheDisk() {
    try {
      reserve.run(this::dropOneFile);
    } catch (IOException e) {
      // What persists progress meets the same, and says so.
      count(e);
      upkeep.within(UPKEEP_RETRY);
    }
    room.keep(retention.cursorSequence());
  }

  private void dropOneFile() throws IOException {
    if (retention.isDeleting()) {
      upkeep.within(LEFTOVERS_RETRY);
    } else {
      makeRoom();
    }
  }

  /** On the upkeep task. */
  private void persist() throws IOException {
    retention.persist();
    if (options.maxAge().isPresent()) {
      retention.dropExpired(notBefore());
    }
    finalizeIfDue();
    if (options.whenFull() == WhenFull.DROP_OLDEST && room.isWantedBelowCap()) {
      makeRoom();
    }
    for (Subscription subscription : subscriptions.values()) {
      lost(subscription);
    }
    tellFindings();
    if (retention.hasLeftovers()) {
      upkeep.within(options.progressInterval());
    }
  }

  /** Tells of damage that was found while something was looked for, with no lock held. */
  void tellFindings() {
    for (String finding : segments.takeFindings()) {
      report("holdfast.segment.corrupt", Level.ERROR, finding);
      upkeep.within(options.progressInterval());
    }
  }

  /** What was appended before this time has expired; nanoseconds since the epoch. */
  long notBefore() {
    return options
        .maxAge()
        .map(age -> options.time().epochNanos() - WaitSet.nanos(age))
        .orElse(Long.MIN_VALUE);
  }

  /** Tells of what policies have taken from a subscriber, and makes that durable soon. */
  void lost(Subscription subscription) {
    long bundles = subscription.takeNewlyLost();
    if (bundles > 0) {
      report(
          "holdfast.retention.drop",
          Level.WARNING,
          "subscriber "
              + subscription.id()
              + " has lost "
              + bundles
              + " bundles, as the options allow: "
              + subscription.lost(LossReason.EXPIRED).bundles()
              + " have expired so far, "
              + subscription.lost(LossReason.DROPPED).bundles()
              + " were dropped for newer ones");
      upkeep.within(options.progressInterval());
    }
  }

  /** The oldest file goes for those who wait; the active one can go once another follows it. */
  private void makeRoom() throws IOException {
    if (retention.dropOldest(LossReason.DROPPED)) {
      upkeep.within(Duration.ofMillis(1));
    } else {
      committer.requestRotation();
    }
  }

  /** What cannot go to a segment stays in the log, and is tried again. */
  private void finalizeIfDue() {
    try {
      retention.finalizeIfDue();
      finalizeFailed = false;
    } catch (IOException e) {
      if (!finalizeFailed) {
        report(
            "holdfast.segment.finalize",
            Level.WARNING,
            "no segment can be written in "
                + storage.describe("")
                + " ("
                + reason(e)
                + "); it is tried again, and until then the log keeps what is unresolved");
      }
      finalizeFailed = true;
      upkeep.within(UPKEEP_RETRY);
    }
  }

  @Override
  public void close() {
    if (threads.isStepping()) {
      closeLater();
    } else if (closed.getAndSet(true)) {
      ended.await(() -> hasEnded, Long.MAX_VALUE);
    } else {
      appender.beginClose(() -> {});
      appender.awaitIdle();
      finishClose();
    }
  }

  /** From a callback: to wait there would be to wait for the step that it is called from. */
  private void closeLater() {
    if (closed.getAndSet(true)) {
      return;
    }
    TaskExecutor.Task closer = threads.apart("holdfast-closer", this::closeUnseen);
    appender.beginClose(closer::signal);
    closer.signal();
  }

  /** Closes when nothing is under way any more; says whether it did. */
  private boolean closeUnseen() {
    if (!appender.isIdle()) {
      return false;
    }
    try {
      finishClose();
    } catch (HoldfastException failure) {
      report("holdfast.close.failure", Level.ERROR, String.valueOf(failure.getMessage()));
    }
    return true;
  }

  private void finishClose() {
    for (WalSubscriber subscriber : connected.values()) {
      subscriber.detach();
    }
    connected.clear();
    DeadLetterBoxes.Closed letters = deadLetters.close();
    try (letters) {
      upkeep.end(this::stop);
    } catch (IOException e) {
      throw new StorageException(
          storage.describe("")
              + " was not closed cleanly: "
              + reason(e)
              + "; what was appended is kept, some deliveries may be repeated",
          e);
    } finally {
      stopped = true;
      hasEnded = true;
      ended.signalAll();
      // The last: it throws when somebody has kept rows beyond their delivery.
      if (deliveries.get() == 0) {
        closeAllocator();
      }
    }
  }

  /** On the upkeep task: the last one. */
  private void stop() throws IOException {
    try (lock) {
      try {
        OptionalLong end = stopLog();
        finalizeAll();
        reserve.run(() -> retention.writeState(end.isPresent(), end.orElse(0)));
      } finally {
        admission.leave();
        log.close();
        segments.close();
      }
    }
  }

  /** What was resolved becomes durable whatever becomes of the log's end. */
  private OptionalLong stopLog() throws IOException {
    try {
      return committer.stop();
    } finally {
      retention.stopping();
      reserve.run(retention::persist);
    }
  }

  /** So that other engines read exactly what is here; without it they read it from the log. */
  private void finalizeAll() {
    try {
      retention.finalizeAll();
    } catch (IOException e) {
      report(
          "holdfast.segment.finalize",
          Level.WARNING,
          "what is unresolved stays in the log of "
              + storage.describe("")
              + ": "
              + reason(e)
              + "; nothing is lost by it");
    }
  }

  /** The account of what its directory takes. */
  Admission account() {
    return admission;
  }

  private void closeAllocator() {
    if (!allocatorClosed.getAndSet(true)) {
      allocator.close();
    }
  }
}
