package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.capacity.ForeignFiles;
import io.holdfast.engine.capacity.Limits;
import io.holdfast.engine.capacity.ReserveFile;
import io.holdfast.engine.capacity.SharedSpace;
import io.holdfast.engine.log.Committer;
import io.holdfast.engine.log.Identity;
import io.holdfast.engine.log.Log;
import io.holdfast.engine.log.LogRecovery;
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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** The buffer on its write-ahead log: joins the log, the subscriptions and the small files. */
final class WalBuffer implements DurableBuffer {
  /** Reserved ahead, so that the state need not be written with each append. */
  private static final long SEQUENCE_BLOCK = 1L << 20;

  private static final Duration UPKEEP_RETRY = Duration.ofSeconds(1);

  private final Storage storage;
  private final EngineThreads threads;
  private final BufferOptions options;
  private final SafeListener listener;
  private final BufferPool pool = new BufferPool();
  private final BufferAllocator allocator = new RootAllocator();
  private final OwnerLock lock;
  private final Log log;
  private final Admission admission;
  private final Committer committer;
  private final Upkeep upkeep;
  private final ReserveFile reserve;
  private final Room room;
  private final Appender appender;
  private final RecoveryReport recovery;
  private final long rotationFloor;

  /** Changed by the upkeep task only, read by all. */
  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();

  private final Map<String, WalSubscriber> connected = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final WaitSet ended;
  private volatile boolean hasEnded;
  private final AtomicBoolean allocatorClosed = new AtomicBoolean();
  private final AtomicInteger deliveries = new AtomicInteger();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder redelivered = new LongAdder();
  private final LongAdder acked = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder deferred = new LongAdder();

  private volatile long writtenFloor;

  // The upkeep task's own.
  private long cursorSequence;
  private boolean cursorKnown;
  private boolean upkeepFailed;

  private WalBuffer(Storage storage, BufferOptions given) throws IOException {
    this.storage = storage;
    this.threads = new EngineThreads(given.tasks());
    this.options = given.withTasks(threads);
    this.ended = new WaitSet(threads, options.time());
    this.listener = new SafeListener(options.listener());
    this.reserve = new ReserveFile(storage);
    Limits limits = new Limits(options.capBytes());
    this.admission =
        new Admission(
            options
                .budget()
                .map(DiskBudget::space)
                .orElseGet(() -> new SharedSpace(limits.capBytes(), 0)),
            limits);
    storage.createDirectory("");
    this.lock = OwnerLock.take(storage, reserve);
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
      made = recover(state, highest);
      this.log = made.log();
      this.cursorSequence = made.cursorSequence();
      this.rotationFloor = state.map(StateFile::rotationFloor).orElse(1L);
      for (Map.Entry<String, ProgressFile> entry : progress.entrySet()) {
        restore(entry.getKey(), entry.getValue(), made.holds(), notes);
      }
      this.recovery = withNotes(made.report(), notes);
      Recovered written = made;
      reserve.run(() -> writeState(written, false, 0));
      this.upkeep = new Upkeep(options, this::runUpkeep);
      this.committer =
          new Committer(
              made,
              options,
              listener,
              reserve,
              made.nextSequence(),
              storage.describe("wal"),
              this::afterGroup);
      this.room = new Room(storage, options, admission, reserve, log, committer, upkeep);
      this.appender = new Appender(storage.describe(""), options, pool, room, committer);
      opened = true;
    } finally {
      if (!opened) {
        if (made != null) {
          made.log().close();
          made.writer().abandon();
        }
        admission.close();
        allocator.close();
        lock.close();
      }
    }
    room.join();
    tellRecovery();
    upkeep.soon();
  }

  static DurableBuffer open(Storage storage, BufferOptions options) {
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

  /** A log from the files that are there; on a full disk the reserve is given up for it. */
  private Recovered recover(Optional<StateFile> state, long highest) throws IOException {
    Recovered[] made = new Recovered[1];
    reserve.run(
        () -> {
          admission.clear();
          admission.fileAdded(FileKind.FOREIGN, ForeignFiles.bytes(storage));
          made[0] = LogRecovery.open(storage, admission, pool, allocator, state, highest);
        });
    return made[0];
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
    Identity highest = file.highest().orElse(null);
    if (highest != null && !isHeld.test(highest)) {
      notes.add(
          "the log is not the one that subscriber "
              + id
              + " has read; it gets what may be new to it again");
      resolved.forgetFrom(cursorSequence);
      highest = null;
    }
    resolved.raise(cursorSequence);
    subscriptions.put(id, new Subscription(id, log, resolved, highest));
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

  void checkOpen() {
    if (closed.get()) {
      throw new ClosedException("the buffer in " + storage.describe("") + " is closed");
    }
  }

  /** Run by the waker: after each group, and when something is due. */
  private void afterGroup() {
    room.roomCame();
    long now = options.time().monotonicNanos();
    long due = Long.MAX_VALUE;
    for (WalSubscriber subscriber : connected.values()) {
      subscriber.mayHaveMore();
      Subscription subscription = subscriptions.get(subscriber.id());
      if (subscription != null) {
        due = Math.min(due, subscription.nextDue(now));
      }
    }
    if (due != Long.MAX_VALUE) {
      committer.wakeAfter(Duration.ofNanos(due - now));
    }
    if (isFloorNear() || room.isWanted()) {
      upkeep.soon();
    }
  }

  void delivered(int attempt) {
    deliveries.incrementAndGet();
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

  void deferred(Duration delay) {
    deferred.increment();
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
    perform(
        "subscriber " + id + " cannot be made", () -> made.subscriber = connect(create(id, start)));
    return Objects.requireNonNull(made.subscriber);
  }

  /** On the upkeep task, so that nobody unsubscribes it meanwhile. */
  private WalSubscriber connect(Subscription subscription) {
    OptionalLong connection = subscription.connect();
    if (connection.isEmpty()) {
      throw new IllegalStateException("subscriber " + subscription.id() + " is connected already");
    }
    WalSubscriber subscriber = new WalSubscriber(this, subscription, connection.getAsLong());
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
    Subscription subscription = new Subscription(id, log, resolved, identityOf(resolved));
    subscription.snapshot().prepare(storage, id);
    ProgressFile.publish(storage, id);
    storage.syncDirectory("");
    subscription.markDurable();
    subscriptions.put(id, subscription);
    return subscription;
  }

  private @Nullable Identity identityOf(ResolvedSet resolved) throws IOException {
    Optional<Log.Located> found = log.find(resolved.highest());
    if (found.isEmpty()) {
      return null;
    }
    try (var entry = log.read(found.get())) {
      return new Identity(entry.sequence(), entry.time(), entry.crc());
    }
  }

  @Override
  public void unsubscribe(String id) {
    checkLegal(id);
    checkOpen();
    perform("subscriber " + id + " cannot be removed", () -> remove(id));
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
        appender.refused(),
        committer.groups(),
        delivered.sum(),
        redelivered.sum(),
        acked.sum(),
        rejected.sum(),
        deferred.sum(),
        committer.nextSequence(),
        admission.used(),
        options.capBytes());
  }

  @Override
  public void flush() {
    checkOpen();
    committer.requestSync();
    perform("progress cannot be written", this::persist);
  }

  private void perform(String what, Upkeep.Job job) {
    try {
      upkeep.run(
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
    room.keep(cursorSequence);
  }

  /** On the upkeep task: progress first, then the cursor, then what it sets free. */
  private void persist() throws IOException {
    persistProgress();
    advanceCursor();
  }

  private void persistProgress() throws IOException {
    List<Subscription> written = new ArrayList<>();
    for (Subscription subscription : subscriptions.values()) {
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
    long floor = nextSequence + SEQUENCE_BLOCK;
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
      hasEnded = true;
      ended.signalAll();
    }
  }

  /** On the upkeep task: the last one. */
  private void stop() throws IOException {
    try (lock) {
      try {
        OptionalLong end = committer.stop();
        reserve.run(
            () -> {
              persist();
              writeState(committer, end.isPresent(), end.orElse(0));
            });
      } finally {
        admission.close();
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
