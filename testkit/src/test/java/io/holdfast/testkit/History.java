package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.BufferStatus;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.Durability;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.LossReason;
import io.holdfast.engine.OutcomeUnknownException;
import io.holdfast.engine.RetryPolicy;
import io.holdfast.engine.StartAt;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.WhenFull;
import io.holdfast.testkit.Knowledge.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One buffer on a simulated machine, and what a witness knows of it. Each operation does something
 * to the buffer and tells the witness what the engine has said; {@link #check} and {@link #end}
 * compare.
 */
final class History implements AutoCloseable {
  /** What begins the reasons for which the caller gives something up. */
  private static final String REASON = "the test says so of ";

  /** An append whose future was not looked at yet. */
  private record Pending(long number, CompletableFuture<Long> result) {}

  /**
   * A delivery that somebody has in hands.
   *
   * @param number of its bundle
   * @param lostBefore what the engine had counted as lost when it was asked for
   */
  private record Held(String id, Delivery delivery, long number, long lostBefore) {
    static Held of(String id, Delivery delivery, long lostBefore) {
      return new Held(id, delivery, Bundles.number(delivery.bundle()), lostBefore);
    }
  }

  /** No bundle's sequence. */
  private static final long NOBODY = -1;

  /** Nothing here gets as old. */
  private static final Duration A_LIFE = Duration.ofDays(365 * 10);

  /** Two to see that there is one, and five with a bundle out alone. */
  private static final int CRASHES_THAT_GIVE_UP = 7;

  private static final long SMALL_FILES = 64 << 10;

  final World world;
  final Knowledge known;
  private final Map<String, Subscriber> subscribers = new TreeMap<>();
  private final List<Pending> pending = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private final List<String> log = new ArrayList<>();

  /** What went into and out of the line of each subscriber, in this life. */
  private final Map<String, Balance> balances = new TreeMap<>();

  private @Nullable DurableBuffer buffer;
  private Tally tally = new Tally();
  private long nextNumber = 1;

  /** Whether some call of this life has failed, or was made to. */
  private boolean troubled;

  /** Whether the disk still has faults. */
  private boolean faulty;

  /** Whether reads may fail now, so that who looks on would meet what the engine is to meet. */
  private boolean refusing;

  private Faults failing = Faults.none();
  private Faults slowing = Faults.none();

  /** Calls that took their time, over lives. */
  int slowCalls;

  /** How often counters were compared. */
  int compared;

  /** How often there were segments while it was open. */
  int segmentsSeen;

  /** How often the files of a closed buffer were looked through. */
  int checkedFiles;

  /** Whether the disk has an end, over lives too. */
  private boolean limited;

  /** Whether there was no room to get rid of a hole, which is called damage by the next opening. */
  private boolean holesStay;

  /** What the directory may take in this life. */
  private long mostBytes;

  /** What this life was opened with. */
  private BufferOptions options = BufferOptions.defaults();

  /** Whether appends of this life may end before they are synced. */
  private boolean unsynced;

  /** Whether a process was ever ended before it could close the buffer. */
  private boolean cutOff;

  private int ends;
  int crashes;

  History(long seed) {
    this(seed, seed);
  }

  /**
   * A history.
   *
   * @param diskSeed decides what calls that fail have done in part, and nothing before one fails
   */
  History(long seed, long diskSeed) {
    this(World.simulated(seed, diskSeed), new Knowledge());
  }

  private History(World world, Knowledge known) {
    this.world = world;
    this.known = known;
  }

  /**
   * What this history is after a power cut at this moment; it ends here, and may be asked again for
   * what another seed makes of it.
   */
  History afterCrash(long seed) {
    forgetPending();
    History next = new History(world.afterCrash(seed), new Knowledge(known));
    next.log.addAll(log);
    next.log.add("crash " + seed);
    next.nextNumber = nextNumber;
    next.cutOff = true;
    next.known.ended();
    next.known.powerLost(unsynced);
    return next;
  }

  /** What was done, for the message of a failure. */
  List<String> log() {
    return log;
  }

  DurableBuffer buffer() {
    if (buffer == null) {
      open();
    }
    if (buffer == null) {
      throw new IllegalStateException("not open");
    }
    return buffer;
  }

  boolean isOpen() {
    return buffer != null;
  }

  /** Whether all calls work, so that all that was promised must come. */
  boolean isCalm() {
    return !troubled;
  }

  Set<String> ids() {
    return known.expected.keySet();
  }

  // ------------------------------------------------------------------ lives

  void open() {
    log.add("open");
    long found = world.disk().namedBytes();
    long cap = world.options.capBytes();
    // One that is over its cap still opens, and writes its small files.
    mostBytes = found < cap ? cap : found + SMALL_FILES;
    known.losing |=
        world.options.maxAge().filter(age -> age.compareTo(A_LIFE) < 0).isPresent()
            || world.options.whenFull() == WhenFull.DROP_OLDEST;
    tally = new Tally();
    options = world.options;
    DurableBuffer opened = opened();
    buffer = opened;
    // What is found is synced before it can be delivered.
    known.synced();
    unsynced = world.options.durability() instanceof Durability.Interval;
    boolean holesStayed = holesStay;
    // Nor may there be room for the segment with which the cursor would pass it.
    holesStay =
        opened.recovery().notes().stream().anyMatch(note -> note.contains("no room to copy"))
            || (limited && !opened.recovery().unconfirmed().isEmpty())
            || (holesStayed && opened.recovery().isDamaged());
    if (!known.liar && !holesStayed) {
      assertThat(opened.recovery().isDamaged())
          .as("no damage after crashes alone: %s", opened.recovery())
          .isFalse();
    }
    if (known.liar) {
      ids().retainAll(opened.subscribers());
    } else {
      assertThat(opened.subscribers()).as("subscribers are durable").containsAll(ids());
      assertThat(known.strangers || ids().containsAll(opened.subscribers()))
          .as("who has unsubscribed does not come back: %s of %s", opened.subscribers(), ids())
          .isTrue();
    }
    try {
      for (String id : ids()) {
        connected(id, opened.subscribe(id));
      }
    } catch (StorageException e) {
      endLife();
      world.nextLife();
      throw e;
    }
  }

  private DurableBuffer opened() {
    boolean done = false;
    try {
      DurableBuffer opened = world.open();
      known.reported(opened.recovery());
      done = true;
      return opened;
    } finally {
      known.unreported |= !done;
    }
  }

  /** Closes; what was resolved must never come back after this. */
  void close(boolean mayFail) {
    log.add("close");
    letGoOfHeld();
    DurableBuffer closing = buffer();
    Map<String, Long> lost = losses();
    Set<String> all = closing.subscribers();
    boolean closed = false;
    try {
      closing.close();
      closed = true;
      known.flushed();
      lost.forEach((id, bundles) -> known.of(id).lostDurably = bundles);
      settle();
      known.synced();
    } catch (HoldfastException e) {
      if (!mayFail && !troubled) {
        throw e;
      }
      log.add("  " + e.getMessage());
    }
    endLife();
    if (closed && !troubled && !known.liar) {
      leftovers(all, Map.of(), false);
    }
    // The next life has the same disk.
    troubled = limited || faulty;
  }

  /**
   * Looks at the files of a buffer that is closed.
   *
   * @param letters the numbers of those that are there, by the name of each box that was in use
   * @param emptied whether all subscribers have resolved all
   */
  private void leftovers(Set<String> of, Map<String, Set<Long>> letters, boolean emptied) {
    checkedFiles++;
    boolean exactly = !troubled && tally.simple;
    new Leftovers(world.disk(), known, of, letters, emptied, troubled, exactly).check();
  }

  void kill() throws Exception {
    log.add("kill");
    cutOff = true;
    endLife();
    world.kill();
    wellAgain();
    troubled = limited;
  }

  void crash(long seed) {
    log.add("crash " + seed);
    cutOff = true;
    endLife();
    known.powerLost(unsynced);
    world.crash(seed);
    wellAgain();
    troubled = limited;
    crashes++;
  }

  private void endLife() {
    ends++;
    forgetPending();
    buffer = null;
    subscribers.clear();
    balances.clear();
    world.events.clear();
    letGoOfHeld();
    known.ended();
  }

  private void forgetPending() {
    settle();
    pending.forEach(one -> known.unknown(one.number));
    pending.clear();
  }

  private void letGoOfHeld() {
    held.forEach(one -> one.delivery.close());
    held.clear();
  }

  /** From the next life on. */
  void change(UnaryOperator<BufferOptions> change) {
    world.options = change.apply(world.options);
  }

  /** Calls of this life fail from now on, or once, or meet a power cut. */
  void faults(Faults faults) {
    log.add("faults");
    refusing = true;
    become(faults);
  }

  /** The power goes before one of the next calls that change the disk; until then all work. */
  void cutSoon(int changes) {
    log.add("the power goes before change " + changes);
    become(Faults.nth(changes, call -> call.kind().changes(), Faults.Outcome.POWER_CUT));
  }

  private void become(Faults faults) {
    faulty = true;
    troubled = true;
    failing = faults;
    setFaults();
  }

  /** Some of the next calls take their time, whatever else becomes of them. */
  void slow(int nth, int calls, Duration each) {
    log.add(calls + " calls take " + each + ", from the " + nth + "th on");
    AtomicInteger seen = new AtomicInteger();
    slowing =
        Faults.slow(
            call -> {
              int number = seen.incrementAndGet();
              boolean slow = number >= nth && number < nth + calls;
              slowCalls += slow ? 1 : 0;
              return slow;
            },
            world.time(),
            each);
    setFaults();
  }

  private void setFaults() {
    Faults slow = slowing;
    Faults fail = failing;
    world
        .disk()
        .setFaults(
            call -> {
              slow.decide(call);
              return fail.decide(call);
            });
  }

  /** The disk has no faults any more; it may be full. */
  private void wellAgain() {
    faulty = false;
    refusing = false;
    failing = Faults.none();
    slowing = Faults.none();
    setFaults();
  }

  // ------------------------------------------------------------------ operations

  /** Says whether it was accepted. */
  boolean append(int bytes) {
    return append(bytes, Duration.ZERO);
  }

  boolean append(int bytes, Duration timeout) {
    DurableBuffer to = buffer();
    long number = nextNumber++;
    log.add("append " + number + ", " + bytes + " bytes");
    try (Bundles.Built built = built(number, bytes)) {
      long sequence = to.append(built.bundle(), timeout);
      settle();
      tally.accepted(sequence);
      known.accepted(number, sequence);
      log.add("  as " + sequence);
      return true;
    } catch (HoldfastException e) {
      settle();
      failed(number, e);
      return false;
    }
  }

  /** Several at once, so that they may share a group. */
  void appendTogether(int count, int bytes) {
    appendLater(count, bytes);
    world.tasks().runUntilIdle();
    for (Pending one : pending) {
      assertThat(one.result).as("completes once the tasks are idle").isDone();
    }
    settle();
  }

  /** Several whose outcome is looked at later. */
  void appendLater(int count, int bytes) {
    DurableBuffer to = buffer();
    log.add("append " + nextNumber + " and on, " + count + " at once, " + bytes + " bytes each");
    for (int i = 0; i < count; i++) {
      long number = nextNumber++;
      try (Bundles.Built built = built(number, bytes)) {
        pending.add(new Pending(number, to.appendAsync(built.bundle())));
      }
    }
  }

  /** Looks at what has become of appends. */
  private void settle() {
    for (Pending one : List.copyOf(pending)) {
      if (!one.result.isDone()) {
        continue;
      }
      pending.remove(one);
      try {
        long sequence = one.result.join();
        tally.accepted(sequence);
        known.accepted(one.number, sequence);
      } catch (CompletionException e) {
        if (e.getCause() instanceof HoldfastException reason) {
          failed(one.number, reason);
        } else {
          throw e;
        }
      }
    }
  }

  private Bundles.Built built(long number, int bytes) {
    Bundles.Built built =
        bytes < 0 ? world.bundles.mixed(number) : world.bundles.sized(number, bytes);
    known.built(number, Bundles.hash(built.bundle()));
    return built;
  }

  private void failed(long number, HoldfastException reason) {
    log.add("  " + number + ": " + reason.getMessage());
    switch (reason) {
      case OutcomeUnknownException e -> known.unknown(number);
      case BufferFullException e -> {
        tally.refused++;
        known.refused(number);
      }
      case ClosedException e -> known.refused(number);
      case StorageException e -> known.refused(number);
      default -> throw reason;
    }
  }

  void subscribe(String id) {
    subscribe(id, StartAt.EARLIEST);
  }

  void subscribe(String id, StartAt start) {
    DurableBuffer to = buffer();
    if (known.expected.containsKey(id)) {
      return;
    }
    log.add("subscribe " + id + " " + start);
    world.tasks().runUntilIdle();
    settle();
    try {
      Subscriber subscriber = to.subscribe(id, start);
      settle();
      known.subscribed(id, start == StartAt.LATEST);
      balances.remove(id);
      connected(id, subscriber);
      known.of(id).lost = lost(subscriber);
    } catch (StorageException e) {
      log.add("  " + e.getMessage());
      known.strangers = true;
    }
  }

  void unsubscribe(String id) {
    DurableBuffer from = buffer();
    if (!known.expected.containsKey(id)) {
      return;
    }
    log.add("unsubscribe " + id);
    disconnect(id);
    try {
      from.unsubscribe(id);
      known.unsubscribed(id);
    } catch (StorageException e) {
      if (!troubled) {
        throw e;
      }
      log.add("  " + e.getMessage());
      // It may be there or not after the next life; whoever makes it again finds out.
      known.unsubscribed(id);
      known.strangers = true;
    }
  }

  private void disconnect(String id) {
    for (Held one : List.copyOf(held)) {
      if (one.id.equals(id)) {
        one.delivery.close();
        held.remove(one);
      }
    }
    Subscriber subscriber = subscribers.remove(id);
    if (subscriber != null) {
      try {
        subscriber.close();
      } catch (StorageException e) {
        if (!troubled) {
          throw e;
        }
        log.add("  " + e.getMessage());
      }
    }
  }

  /** A subscriber leaves and comes again. */
  void reconnect(String id) {
    DurableBuffer to = buffer();
    if (!known.expected.containsKey(id)) {
      return;
    }
    log.add("reconnect " + id);
    disconnect(id);
    try {
      connected(id, to.subscribe(id));
    } catch (StorageException e) {
      if (!troubled) {
        throw e;
      }
      log.add("  " + e.getMessage());
    }
  }

  private void connected(String id, Subscriber subscriber) {
    subscribers.put(id, subscriber);
    balance(id);
  }

  /** Takes bundles, one for each thing to do with it. */
  void take(String id, List<How> hows) {
    buffer();
    Subscriber subscriber = subscribers.get(id);
    if (subscriber == null) {
      return;
    }
    log.add("take for " + id + " " + hows);
    for (How how : hows) {
      try {
        long lostBefore = lost(subscriber);
        Delivery delivery = subscriber.next(Duration.ZERO);
        settle();
        if (delivery == null) {
          return;
        }
        came(id, delivery);
        Held one = Held.of(id, delivery, lostBefore);
        if (how == How.KEEP || how == How.HOLD) {
          held.add(one);
          if (how == How.HOLD) {
            delivery.hold();
          }
        } else {
          resolve(one, how);
        }
      } catch (StorageException e) {
        log.add("  " + e.getMessage());
        return;
      }
    }
  }

  void take(String id, int count, How how) {
    take(id, Collections.nCopies(count, how));
  }

  /** Resolves one of those in hands. */
  void letGo(int index, How how) {
    if (!held.isEmpty()) {
      Held one = held.remove(Math.floorMod(index, held.size()));
      log.add("let go of " + one.delivery.sequence() + " for " + one.id + ": " + how);
      boolean isThere = readAgain(one.delivery);
      if (isThere || how == How.ACK || how == How.ACK_DURABLY) {
        resolve(one, how);
      } else {
        one.delivery.close();
      }
    }
  }

  /** What was on hold, and so has to come from the disk; says whether it does. */
  private boolean readAgain(Delivery delivery) {
    try {
      known.check(Bundles.number(delivery.bundle()), Bundles.hash(delivery.bundle()));
      return true;
    } catch (StorageException e) {
      // A policy may have taken it.
      if (!troubled && !known.losing) {
        throw e;
      }
      log.add("  " + e.getMessage());
      return false;
    }
  }

  private void came(String id, Delivery delivery) {
    Expected mine = known.of(id);
    long sequence = delivery.sequence();
    log.add("  " + sequence + (delivery.attempt() > 1 ? " again" : ""));
    tally.came(delivery);
    try {
      for (Pending one : pending) {
        // It may be delivered before its caller has been woken.
        if (one.number == Bundles.number(delivery.bundle()) && !one.result.isDone()) {
          known.unknown(one.number);
        }
      }
      known.seen(id, sequence, Bundles.number(delivery.bundle()), Bundles.hash(delivery.bundle()));
      if (mine.handedOut.add(sequence)
          && known.letters(id).ever.isEmpty()
          && !known.losing
          && !troubled) {
        Long skipped = mine.must.lower(sequence);
        while (skipped != null && mine.handedOut.contains(skipped)) {
          skipped = mine.must.lower(skipped);
        }
        if (skipped != null) {
          throw new AssertionError(sequence + " came before " + skipped + ", out of order");
        }
      }
      if (!known.strangers) {
        // Else one of this name that was not removed after all may have failed some.
        assertThat(delivery.failures())
            .as("attempts of %s that failed", sequence)
            .isLessThanOrEqualTo(mine.failures.getOrDefault(sequence, 0));
      }
    } catch (AssertionError e) {
      delivery.close();
      throw e;
    }
  }

  private void resolve(Held one, How how) {
    String id = one.id;
    Delivery delivery = one.delivery;
    Expected mine = known.of(id);
    long sequence = delivery.sequence();
    Subscriber subscriber = subscribers.get(id);
    boolean late = subscriber != null && lost(subscriber) > one.lostBefore;
    boolean counted = how == How.FAIL || how == How.REJECT || how == How.REJECT_REST;
    long number = one.number;
    Knowledge.Letters letters = known.letters(id);
    Ending ending = new Ending(id, how, late);
    try (delivery) {
      if (counted) {
        mine.failures.merge(sequence, 1, Integer::sum);
      }
      boolean givenUp =
          how == How.REJECT
              || how == How.REJECT_REST
              || (how == How.FAIL
                  && delivery.failures() + 1 >= options.retryPolicy().maxAttempts());
      boolean both = mine.twice.contains(sequence);
      if (givenUp) {
        tally.givenUp++;
        letters.ever.add(sequence);
        letters.must.add(sequence);
        letters.purged.remove(sequence);
        mine.resolved(sequence, late);
        if (troubled) {
          maybeNoLetter(id, sequence);
        }
      } else if (how == How.ACK || how == How.ACK_DURABLY) {
        letters.must.remove(sequence);
        mine.resolved(sequence, late);
      }
      switch (how) {
        case ACK -> delivery.ack();
        case ACK_DURABLY -> {
          delivery.ackDurably();
          mine.unflushed.remove(sequence);
          if (subscriber != null) {
            mine.lostDurably = lost(subscriber);
          }
        }
        case REJECT -> {
          if (delivery.reject(reason(number))) {
            certainlyLetter(id, sequence, both);
          }
        }
        case REJECT_REST -> {
          if (rejectRest(one, number)) {
            certainlyLetter(id, sequence, both);
          }
        }
        case FAIL -> delivery.fail(reason(number));
        case DEFER -> delivery.defer(Duration.ofSeconds(sequence % 3));
        case GIVE_BACK, KEEP, HOLD -> {}
      }
      if (givenUp && isPaused(id)) {
        maybeNoLetter(id, sequence);
      }
      // A policy may also come while a slow disk keeps what is given up.
      if (givenUp && subscriber != null && lost(subscriber) > one.lostBefore) {
        tally.simple = false;
        mine.resolvedLate.add(sequence);
      }
    } catch (StorageException e) {
      if (!troubled) {
        throw e;
      }
      log.add("  " + e.getMessage());
    }
    ending.counted();
  }

  /**
   * The end of one delivery, as the counters are to show it. Where a policy may have taken the
   * bundle before, or it may be a letter, which is in no line, they are asked before and after.
   */
  private final class Ending {
    private final String id;
    private final How how;
    private final boolean late;
    private final boolean acks;
    private final boolean isOpenToDoubt;
    private final long counter;
    private final long line;

    Ending(String id, How how, boolean late) {
      this.id = id;
      this.how = how;
      this.late = late;
      acks = how == How.ACK || how == How.ACK_DURABLY;
      boolean mayBeLetter =
          !known.letters(id).ever.isEmpty()
              || ends >= CRASHES_THAT_GIVE_UP
              || options.retryPolicy().maxAttempts() < RetryPolicy.UNLIMITED;
      isOpenToDoubt = acks && (late || mayBeLetter);
      counter = late ? Tally.counter(buffer().status(), how) : -1;
      line = isOpenToDoubt ? line(id) : -1;
    }

    void counted() {
      if (!late || Tally.counter(buffer().status(), how) > counter) {
        tally.count(how);
      }
      Balance balance = balances.get(id);
      if (!acks || balance == null) {
        return;
      }
      if (!isOpenToDoubt) {
        balance.acked(1);
        return;
      }
      long after = line(id);
      boolean alone = how == How.ACK || (pending.isEmpty() && !unsynced && !known.losing);
      if (alone && line >= 0 && after >= 0) {
        assertThat(line - after).as("taken out of the line by one ack").isBetween(0L, 1L);
        balance.acked(line - after);
      } else {
        // What else came or went meanwhile is not told apart: it is begun anew.
        balances.remove(id);
      }
    }
  }

  /** A subscriber's backlog; -1 when nobody can ask now. */
  private long line(String id) {
    Subscriber subscriber = subscribers.get(id);
    return subscriber != null && mayAsk() ? subscriber.backlog().bundles() : -1;
  }

  /** Whether looking on has no effect on what becomes of the engine's own calls. */
  private boolean mayAsk() {
    return !refusing && !known.liar && world.disk().isAlive();
  }

  private static String reason(long number) {
    return REASON + number;
  }

  private boolean rejectRest(Held one, long number) {
    int came = known.check(number, Bundles.hash(one.delivery.bundle()));
    try (Bundles.Built rest = world.bundles.rest(number, came + 1)) {
      known.builtRest(number, came + 1, Bundles.hash(rest.bundle()));
      boolean done = one.delivery.reject(reason(number), rest.bundle());
      known.letters(one.id).givenUpInPart(one.delivery.sequence(), came, !done);
      return done;
    }
  }

  /** It is a dead letter, or the subscriber waits until it can be one, and has it in line. */
  private void maybeNoLetter(String id, long sequence) {
    known.of(id).may.add(sequence);
    known.letters(id).inDoubt.add(sequence);
  }

  /**
   * The engine has said that it is one.
   *
   * @param both whether it may be in line as well
   */
  private void certainlyLetter(String id, long sequence, boolean both) {
    if (!both) {
      known.of(id).may.remove(sequence);
    }
    known.letters(id).inDoubt.remove(sequence);
  }

  /** Puts all dead letters of a subscriber in line again. */
  void replay(String id) {
    // Where it has to be opened first, that tells who is not there any more.
    buffer();
    if (known.expected.containsKey(id)) {
      log.add("replay " + id);
      replay(id, List.copyOf(known.letters(id).ever), DeadLetters::replayAll);
    }
  }

  /** Puts one of the dead letters of a subscriber in line again. */
  void replay(String id, int index) {
    DeadLetter letter = letter(id, index);
    if (letter != null) {
      log.add("replay " + letter.sequence() + " of " + id);
      replay(
          id, List.of(letter.sequence().orElseThrow()), box -> box.replay(letter.number()) ? 1 : 0);
    }
  }

  private @Nullable DeadLetter letter(String id, int index) {
    try {
      List<DeadLetter> letters = buffer().deadLetters(id).list(-1, 100_000);
      DeadLetter chosen = letters.isEmpty() ? null : letters.get(index % letters.size());
      // Whose record the disk refuses is nobody that is known here.
      return chosen != null && troubled && chosen.sequence().isEmpty() ? null : chosen;
    } catch (StorageException e) {
      if (!troubled) {
        throw e;
      }
      log.add("  " + e.getMessage());
      return null;
    }
  }

  private void replay(String id, List<Long> which, ToLongFunction<DeadLetters> call) {
    DeadLetters box = buffer().deadLetters(id);
    Expected mine = known.of(id);
    Knowledge.Letters letters = known.letters(id);
    try {
      long count = call.applyAsLong(box);
      boolean certainly = !troubled && !isPaused(id);
      if (certainly) {
        long certain =
            letters.must.stream()
                .filter(which::contains)
                .filter(sequence -> !mine.may.contains(sequence) && !mine.must.contains(sequence))
                .count();
        assertThat(count).as("letters").isGreaterThanOrEqualTo(certain);
      }
      Set<Long> inLine = Set.copyOf(mine.may);
      mine.may.addAll(which);
      Set<Long> replayed = new HashSet<>();
      box.list(-1, 100_000).stream()
          .filter(DeadLetter::isReplayed)
          .forEach(letter -> letter.sequence().ifPresent(replayed::add));
      for (long sequence : letters.must) {
        if (!which.contains(sequence)) {
          continue;
        }
        // Where there was no room it was given up, and is no letter yet.
        if ((certainly && !letters.inDoubt.contains(sequence)) || replayed.contains(sequence)) {
          mine.mustComeAgain(sequence);
          mine.replayed.add(sequence);
          if (inLine.contains(sequence)) {
            // After a crash it may be in line as well, and a policy may have taken it from there.
            mine.resolvedLate.add(sequence);
          }
        }
      }
    } catch (StorageException e) {
      if (!troubled) {
        throw e;
      }
      log.add("  " + e.getMessage());
      mine.may.addAll(which);
    }
  }

  /** Throws all dead letters of a subscriber away. */
  void purge(String id) {
    log.add("purge " + id);
    purge(id, List.copyOf(known.letters(id).ever), DeadLetters::purgeAll);
  }

  /** Throws one of the dead letters of a subscriber away. */
  void purge(String id, int index) {
    DeadLetter letter = letter(id, index);
    if (letter != null) {
      log.add("purge " + letter.sequence() + " of " + id);
      purge(id, List.of(letter.sequence().orElseThrow()), box -> box.purge(letter.number()));
    }
  }

  private void purge(String id, List<Long> which, Consumer<DeadLetters> call) {
    DeadLetters box = buffer().deadLetters(id);
    Knowledge.Letters letters = known.letters(id);
    try {
      List<Long> before = sequences(box);
      call.accept(box);
      List<Long> after = sequences(box);
      before.stream()
          .filter(sequence -> which.contains(sequence) && !after.contains(sequence))
          // A record that the disk refuses may be of any.
          .filter(sequence -> !after.contains(NOBODY))
          .forEach(letters.purged::add);
    } catch (StorageException e) {
      if (!troubled) {
        throw e;
      }
      log.add("  " + e.getMessage());
    }
    letters.must.removeAll(which);
    Expected mine = known.expected.get(id);
    if (mine != null) {
      for (long sequence : which) {
        if (mine.replayed.remove(sequence)) {
          mine.must.remove(sequence);
          mine.may.add(sequence);
        }
      }
    }
  }

  private static List<Long> sequences(DeadLetters box) {
    return box.list(-1, 100_000).stream().map(letter -> letter.sequence().orElse(NOBODY)).toList();
  }

  void flush(boolean mayFail) {
    DurableBuffer flushed = buffer();
    log.add("flush");
    try {
      flushed.flush();
      known.flushed();
      losses().forEach((id, bundles) -> known.of(id).lostDurably = bundles);
    } catch (HoldfastException e) {
      if (!mayFail && !troubled) {
        throw e;
      }
      log.add("  " + e.getMessage());
    }
    settle();
  }

  void pass(Duration duration) {
    log.add("let " + duration + " pass");
    world.tasks().advance(duration);
    settle();
  }

  void jump(Duration duration) {
    log.add("the clock jumps by " + duration);
    world.time().jump(duration);
  }

  /** How much more fits on the disk; null for no limit. */
  void room(@Nullable Long bytes) {
    log.add("room for " + (bytes == null ? "all" : bytes));
    limited = bytes != null;
    troubled |= limited;
    world.disk().setCapacity(bytes == null ? Long.MAX_VALUE : world.disk().usedBytes() + bytes);
  }

  // ------------------------------------------------------------------ the checks

  /** What holds after each operation. */
  void glance() {
    if (!world.disk().isAlive()) {
      crash(nextNumber * 31 + crashes);
      return;
    }
    settle();
    if (buffer != null) {
      assertThat(world.disk().namedBytes())
          .as("bytes in the directory, of %s", options.capBytes())
          .isLessThanOrEqualTo(mostBytes);
      compareCounters();
    }
  }

  /** What the engine counts is what its callers have done, whatever the disk did meanwhile. */
  private void compareCounters() {
    if (!isOpen() || !mayAsk()) {
      return;
    }
    compared++;
    BufferStatus status = buffer().status();
    segmentsSeen += status.disk().segments() > 0 ? 1 : 0;
    tally.simple &= ids().stream().noneMatch(this::isPaused);
    long told = 0;
    long toldOwn = 0;
    for (EngineEvent event : world.events) {
      if (event.name().equals("holdfast.subscriber.reject")) {
        told++;
        toldOwn += event.message().contains(" (" + REASON) ? 0 : 1;
      }
    }
    tally.compare(status, pending.size(), unsynced, isCalm(), told, toldOwn);
    for (String id : subscribers.keySet()) {
      balance(id);
      if (balances.containsKey(id)) {
        balances.get(id).compare(id, moment(id));
      }
    }
  }

  /** Begins one where there is none, and nothing is on its way that may not be for everybody. */
  private void balance(String id) {
    BufferStatus status = buffer().status();
    if (!balances.containsKey(id) && mayAsk() && status.synced() == status.appended()) {
      balances.put(id, new Balance(moment(id)));
    }
  }

  private Balance.Moment moment(String id) {
    Subscriber subscriber = Objects.requireNonNull(subscribers.get(id));
    long gaveUp =
        world.events.stream()
            .filter(event -> event.name().equals("holdfast.subscriber.reject"))
            .map(EngineEvent::message)
            .filter(message -> message.startsWith("subscriber " + id + " "))
            // A letter that is given up again was in no line.
            .filter(message -> message.matches(".*; (it|that) is dead letter \\d+"))
            .count();
    return new Balance.Moment(
        subscriber.backlog().bundles(), buffer().status().synced(), lost(subscriber), gaveUp);
  }

  /** Takes all that comes to each subscriber, compares, and puts it back in line. */
  void check() {
    DurableBuffer checked = buffer();
    log.add("check");
    letGoOfHeld();
    // Else what is put back in line is due before all has come.
    slowing = Faults.none();
    setFaults();
    // What was deferred is due by then.
    world.tasks().advance(Duration.ofSeconds(10));
    settle();
    checkAccount(checked);
    for (String id : ids()) {
      Subscriber subscriber = subscribers.get(id);
      if (subscriber == null) {
        reconnect(id);
        subscriber = subscribers.get(id);
      }
      if (subscriber == null) {
        throw new AssertionError(id + " cannot be connected");
      }
      findGivenUp(checked, id);
      if (isPaused(id)) {
        continue;
      }
      Inspection inspection = inspection(subscriber);
      Set<Long> maybe = Set.copyOf(known.of(id).may);
      Set<Long> inLine = inspection.run();
      if (inspection.sawAll()) {
        findGivenUpAgain(checked, id, maybe);
        checkLetters(checked, id, inLine);
      }
    }
    world.tasks().advance(Duration.ofSeconds(2));
    settle();
    compareCounters();
    findNoDamage();
  }

  private Inspection inspection(Subscriber of) {
    return new Inspection(known, of, tally, options.maxInFlight(), () -> isPaused(of.id()));
  }

  /** What a crash has torn was told of by nobody, so it must not come to light as damage later. */
  private void findNoDamage() {
    // Where an opening may tell of damage there was a hole.
    if (!known.liar && !troubled && !buffer().recovery().isDamaged()) {
      assertThat(world.events).noneMatch(event -> event.name().endsWith(".corrupt"));
    }
  }

  /**
   * What was given up just before a crash, which forgot that but not how often it had failed, and
   * whose letter was purged, or replayed and acked since: the engine gives it up again when it is
   * its turn.
   *
   * @param maybe what may have been in line
   */
  private void findGivenUpAgain(DurableBuffer checked, String id, Set<Long> maybe) {
    Knowledge.Letters letters = known.letters(id);
    if (letters.ever.stream().anyMatch(maybe::contains)) {
      for (DeadLetter letter : checked.deadLetters(id).list(-1, 100_000)) {
        long sequence = letter.sequence().orElse(NOBODY);
        if (maybe.contains(sequence)
            && known.of(id).failures.containsKey(sequence)
            && letter.reason().startsWith("it has failed")) {
          letters.purged.remove(sequence);
          letters.inDoubt.add(sequence);
        }
      }
    }
  }

  /** What the engine itself has given up, because the process ended so often with it in hands. */
  private void findGivenUp(DurableBuffer checked, String id) {
    if (ends >= CRASHES_THAT_GIVE_UP) {
      for (DeadLetter letter : checked.deadLetters(id).list(-1, 100_000)) {
        if (letter.reason().contains("ended") && letter.sequence().isPresent()) {
          known.letters(id).ever.add(letter.sequence().getAsLong());
          known.letters(id).purged.remove(letter.sequence().getAsLong());
          known.of(id).resolved(letter.sequence().getAsLong());
        }
      }
    }
  }

  /** Whether there was no room for a dead letter, so that its subscriber waits. */
  private boolean isPaused(String id) {
    boolean paused = false;
    for (EngineEvent event : world.events) {
      if (event.message().startsWith("subscriber " + id + " ")) {
        paused |= event.name().equals("holdfast.subscriber.pause");
        paused &= !event.name().equals("holdfast.subscriber.resume");
      }
    }
    return paused && isOpen() && known.letters.containsKey(id);
  }

  private void checkLetters(DurableBuffer checked, String id, Set<Long> inLine) {
    Knowledge.Letters letters = known.letters.get(id);
    if (letters == null || letters.ever.isEmpty()) {
      return;
    }
    DeadLetters box = checked.deadLetters(id);
    List<Long> listed =
        sequences(box).stream()
            // Of one that the disk did not keep, its file's name is left.
            .filter(sequence -> sequence >= 0 || !known.liar)
            .toList();
    assertThat(letters.ever).as("only what was given up").containsAll(listed);
    if (known.liar) {
      return;
    }
    assertThat(listed).as("what was purged is gone").noneMatch(letters.purged::contains);
    readLetters(box, id);
    if (!known.losing) {
      assertThat(letters.must)
          .as("given up, so among the letters of %s or, where there was no room, in line", id)
          .allMatch(
              sequence ->
                  listed.contains(sequence)
                      || (letters.inDoubt.contains(sequence) && inLine.contains(sequence)));
    }
  }

  /** Each letter is what was given up, and is there once. */
  private void readLetters(DeadLetters box, String id) {
    Expected mine = known.expected.get(id);
    Set<List<Long>> there = new HashSet<>();
    for (DeadLetter letter : box.list(-1, 100_000)) {
      long sequence = letter.sequence().orElseThrow();
      boolean read =
          box.read(
              letter.number(),
              bundle -> {
                long number = Bundles.number(bundle);
                long hash = Bundles.hash(bundle);
                known.checkLetter(id, sequence, number, hash);
                assertThat(there.add(List.of(sequence, hash)))
                    .as("the letter of %s is there once", sequence)
                    .matches(once -> once || (mine != null && mine.oneOfTwo.contains(sequence)));
                assertThat(letter.reason())
                    .satisfiesAnyOf(
                        reason -> assertThat(reason).isEqualTo(reason(number)),
                        // What the engine itself has given up.
                        reason -> assertThat(reason).contains("ended"),
                        // It knows how often, and why only until the process ends.
                        reason -> {
                          assertThat(reason).matches("it has failed \\d+ times");
                          assertThat(known.letters(id).inDoubt).contains(sequence);
                        });
              });
      // A policy may have taken it since it was listed.
      assertThat(read || known.losing).as("the letter of %s can be read", sequence).isTrue();
    }
  }

  private Map<String, Long> losses() {
    Map<String, Long> losses = new TreeMap<>();
    subscribers.forEach((id, one) -> losses.put(id, lost(one)));
    return losses;
  }

  static long lost(Subscriber subscriber) {
    long bundles = 0;
    for (LossReason reason : LossReason.values()) {
      bundles += subscriber.lost(reason).bundles();
    }
    return bundles;
  }

  /** What the engine thinks that its files take is what they take. */
  private void checkAccount(DurableBuffer checked) {
    BufferStatus.DiskUse use = checked.status().disk();
    long files = world.bytesIn("wal", "cursor");
    // What a broken disk would not cut off is counted until the next file is begun.
    assertThat(use.log()).as("log files").isBetween(files, troubled ? Long.MAX_VALUE : files);
    assertThat(use.segments()).as("segments").isEqualTo(world.bytesIn("segments", "none"));
    assertThat(use.quarantine()).as("copies").isEqualTo(world.bytesIn("quarantine", "none"));
    assertThat(use.metadata()).as("small files").isGreaterThan(world.bytesIn("", "none"));
  }

  /**
   * The end of a history: the disk is well, all comes, all is acked; then nothing may be left and
   * nothing may come again.
   */
  void end() throws Exception {
    heal();
    check();
    if (ids().stream().anyMatch(this::isPaused)) {
      closeForGood(false);
      return;
    }
    for (String id : ids()) {
      log.add("drain " + id);
      Subscriber subscriber = Objects.requireNonNull(subscribers.get(id));
      Expected mine = known.of(id);
      for (int i = 0; ; i++) {
        assertThat(i).as("the backlog of %s ends", id).isLessThan(10_000);
        boolean isDue = subscriber.backlog().bundles() > 0;
        // Letters that are replayed are in no backlog.
        Delivery next = subscriber.next(isDue ? Duration.ofSeconds(20) : Duration.ZERO);
        if (next != null) {
          came(id, next);
          resolve(Held.of(id, next, lost(subscriber)), How.ACK);
        } else if (!isDue) {
          break;
        } else if (isPaused(id)) {
          closeForGood(false);
          return;
        } else {
          // What there was has expired meanwhile.
          assertThat(subscriber.backlog().bundles()).as("backlog of %s", id).isZero();
        }
      }
      inspection(subscriber).compareLosses(Set.copyOf(mine.must));
    }
    findNoDamage();
    closeForGood(!ids().isEmpty() && buffer().subscribers().equals(ids()));
    open();
    for (Subscriber subscriber : subscribers.values()) {
      try (Delivery again = subscriber.next(Duration.ZERO)) {
        // What nobody knows the outcome of may be found by this opening.
        boolean isUnknown = again != null && known.unknown.contains(Bundles.number(again.bundle()));
        assertThat(again == null || isUnknown ? null : again.sequence())
            .as("all was acked and closed, for %s", subscriber.id())
            .isNull();
      }
    }
    close(false);
  }

  /** Closes and looks through the files, whatever became of this life before. */
  private void closeForGood(boolean emptied) {
    Set<String> all = buffer().subscribers();
    Map<String, Set<Long>> letters = new TreeMap<>();
    for (String id : known.letters.keySet()) {
      Set<Long> numbers = new HashSet<>();
      buffer().deadLetters(id).list(-1, 100_000).forEach(letter -> numbers.add(letter.number()));
      if (!cutOff || Leftovers.hasLog(world.disk(), id)) {
        letters.put(id, numbers);
      }
    }
    boolean wasTroubled = troubled;
    close(false);
    troubled = wasTroubled;
    leftovers(all, letters, emptied);
    troubled = false;
  }

  /** No more faults, and room for all. */
  void heal() {
    if (!world.disk().isAlive()) {
      glance();
    }
    log.add("heal");
    wellAgain();
    world.disk().setCapacity(Long.MAX_VALUE);
    limited = false;
    troubled &= isOpen();
    if (isOpen()) {
      world.tasks().advance(Duration.ofSeconds(10));
    }
  }

  @Override
  public void close() {
    letGoOfHeld();
    // As a process that ends: whatever is open is not closed.
    world.abandon();
    world.close();
  }
}
