package io.holdfast.engine;

import io.holdfast.engine.capacity.Limits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a buffer works. A value: each {@code with…} gives another one, and refuses what cannot be.
 * Sizes are in bytes. Thread-safe.
 *
 * {@snippet :
 * BufferOptions options =
 *     BufferOptions.defaults()
 *         .withCapBytes(1L << 30)
 *         .withMaxAge(Duration.ofDays(7))
 *         .withWhenFull(WhenFull.DROP_OLDEST);
 * }
 */
public final class BufferOptions {
  /** The smallest cap: 16 MiB. */
  public static final long MIN_CAP_BYTES = 16L << 20;

  private static final long DEFAULT_CAP_BYTES = 10L << 30;

  /** Never changed once an object has it. */
  private final Values values;

  private BufferOptions(Values values) {
    this.values = values;
  }

  /** A cap of 10 GiB, synced appends, 30 s for room, 1,000 in flight, progress within 1 s. */
  public static BufferOptions defaults() {
    return new BufferOptions(new Values());
  }

  private BufferOptions with(Consumer<Values> change) {
    Values changed = values.copy();
    change.accept(changed);
    changed.check();
    return new BufferOptions(changed);
  }

  /**
   * The most that the directory may take, everything counted: 10 GiB, or all of its budget, where
   * nothing else is said.
   */
  public long capBytes() {
    return values.capBytes();
  }

  /**
   * With another {@link #capBytes}. With a budget that is shared, both hold.
   *
   * @throws IllegalArgumentException when it is below {@link #MIN_CAP_BYTES}, or above the budget's
   *     cap
   */
  public BufferOptions withCapBytes(long value) {
    return with(changed -> changed.capBytes = OptionalLong.of(value));
  }

  /** What this buffer shares with others; empty when its cap is all that holds. */
  public Optional<DiskBudget> budget() {
    return Optional.ofNullable(values.budget);
  }

  /**
   * With a budget that other buffers may share.
   *
   * @throws IllegalArgumentException when its cap is below a {@link #capBytes} that was set
   */
  public BufferOptions withBudget(DiskBudget value) {
    return with(changed -> changed.budget = value);
  }

  /** What an append survives when it completes. */
  public Durability durability() {
    return values.durability;
  }

  /** With another {@link #durability}. */
  public BufferOptions withDurability(Durability value) {
    return with(changed -> changed.durability = value);
  }

  /** How long {@link DurableBuffer#append(RecordBundle)} waits for room. */
  public Duration appendTimeout() {
    return values.appendTimeout;
  }

  /** With another {@link #appendTimeout}; zero for no wait. */
  public BufferOptions withAppendTimeout(Duration value) {
    return with(changed -> changed.appendTimeout = value);
  }

  /** How many bundles of one subscriber may be out or deferred at once, but for those on hold. */
  public int maxInFlight() {
    return values.maxInFlight;
  }

  /** With another {@link #maxInFlight}; at least 1. */
  public BufferOptions withMaxInFlight(int value) {
    return with(changed -> changed.maxInFlight = value);
  }

  /** After how long at most what was resolved is durable. */
  public Duration progressInterval() {
    return values.progressInterval;
  }

  /** With another {@link #progressInterval}, above zero. */
  public BufferOptions withProgressInterval(Duration value) {
    return with(changed -> changed.progressInterval = value);
  }

  /** When a bundle whose attempt failed comes again, and after how many it does not. */
  public RetryPolicy retryPolicy() {
    return values.retryPolicy;
  }

  /** With another {@link #retryPolicy}. */
  public BufferOptions withRetryPolicy(RetryPolicy value) {
    return with(changed -> changed.retryPolicy = value);
  }

  /**
   * After how many stops of the process, each while it was out alone, a bundle is given up; 0 for
   * never. After two stops in a row that were not clean, a subscriber gets what may have been out
   * one at a time, so that the one that ends the process is found.
   */
  public int maxCrashes() {
    return values.maxCrashes;
  }

  /** With another {@link #maxCrashes}; not negative. */
  public BufferOptions withMaxCrashes(int value) {
    return with(changed -> changed.maxCrashes = value);
  }

  /** Whether what a subscriber gives up is kept in its {@link DeadLetters}. */
  public boolean keepsDeadLetters() {
    return values.deadLetters;
  }

  /** With dead letters or without: then what is given up is told to the listener, and gone. */
  public BufferOptions withDeadLetters(boolean value) {
    return with(changed -> changed.deadLetters = value);
  }

  /** After how long a bundle is no longer delivered; empty for never. */
  public Optional<Duration> maxAge() {
    return Optional.ofNullable(values.maxAge);
  }

  /**
   * With another {@link #maxAge}, above zero: the age of the data, counted from its ingestion. What
   * is older is not delivered, its files go, and each subscriber's loss is counted. A clock that
   * jumps forward ages everything. {@link DeadLetters} stay.
   */
  public BufferOptions withMaxAge(Duration value) {
    return with(changed -> changed.maxAge = value);
  }

  /** Without one: nothing expires. */
  BufferOptions withoutMaxAge() {
    return with(changed -> changed.maxAge = null);
  }

  /** What happens when there is no room for an append. */
  public WhenFull whenFull() {
    return values.whenFull;
  }

  /** With another {@link #whenFull}. */
  public BufferOptions withWhenFull(WhenFull value) {
    return with(changed -> changed.whenFull = value);
  }

  /** Where time comes from. */
  public TimeSource time() {
    return values.time;
  }

  /** With another {@link #time}. */
  public BufferOptions withTime(TimeSource value) {
    return with(changed -> changed.time = value);
  }

  /** What runs the background work. */
  public TaskExecutor tasks() {
    return values.tasks;
  }

  /** With another {@link #tasks}. */
  public BufferOptions withTasks(TaskExecutor value) {
    return with(changed -> changed.tasks = value);
  }

  /** Decides what must differ between processes, jitter for instance. */
  public RandomGenerator random() {
    return values.random;
  }

  /** With another {@link #random}. */
  public BufferOptions withRandom(RandomGenerator value) {
    return with(changed -> changed.random = value);
  }

  /** What is told of events, see there on which threads; null for {@link System.Logger}. */
  public @Nullable EngineListener listener() {
    return values.listener;
  }

  /** With another {@link #listener}. */
  public BufferOptions withListener(@Nullable EngineListener value) {
    return with(changed -> changed.listener = value);
  }

  /**
   * The largest entry of the log, head and checksum included: an eighth of the cap, at most 256
   * MiB.
   */
  public long largestEntryBytes() {
    return values.largestEntryBytes.orElseGet(() -> new Limits(capBytes()).largestEntryBytes());
  }

  /** Takes larger entries than a cap should have: those of a buffer that had a larger one. */
  BufferOptions withLargestEntryBytes(long value) {
    return with(changed -> changed.largestEntryBytes = OptionalLong.of(value));
  }

  /** The options, each once, with its default. */
  private static final class Values implements Cloneable {
    private OptionalLong capBytes = OptionalLong.empty();
    private OptionalLong largestEntryBytes = OptionalLong.empty();
    private @Nullable DiskBudget budget;
    private Durability durability = Durability.sync();
    private Duration appendTimeout = Duration.ofSeconds(30);
    private int maxInFlight = 1000;
    private Duration progressInterval = Duration.ofSeconds(1);
    private RetryPolicy retryPolicy = RetryPolicy.defaults();
    private int maxCrashes = 5;
    private boolean deadLetters = true;
    private @Nullable Duration maxAge;
    private WhenFull whenFull = WhenFull.BACKPRESSURE;
    private TimeSource time = TimeSource.system();
    private TaskExecutor tasks = TaskExecutor.threads();
    private RandomGenerator random = RandomGenerator.getDefault();
    private @Nullable EngineListener listener;

    private Values copy() {
      try {
        return (Values) clone();
      } catch (CloneNotSupportedException impossible) {
        throw new AssertionError(impossible);
      }
    }

    private long capBytes() {
      return capBytes.orElse(budget == null ? DEFAULT_CAP_BYTES : budget.capBytes());
    }

    private void check() {
      if (capBytes() < MIN_CAP_BYTES) {
        throw new IllegalArgumentException(
            "capBytes is " + capBytes() + ", but a buffer needs at least " + MIN_CAP_BYTES);
      }
      if (budget != null && capBytes() > budget.capBytes()) {
        throw new IllegalArgumentException(
            "capBytes is "
                + capBytes()
                + ", but the budget that it shares has only "
                + budget.capBytes()
                + ": take a smaller cap, or a larger budget");
      }
      if (maxInFlight < 1) {
        throw new IllegalArgumentException(
            "maxInFlight is " + maxInFlight + ", but must be 1 or more");
      }
      if (appendTimeout.isNegative()) {
        throw new IllegalArgumentException(
            "appendTimeout is " + appendTimeout + "; take zero for no wait, or a time above it");
      }
      if (!progressInterval.isPositive()) {
        throw new IllegalArgumentException(
            "progressInterval must be above zero, not " + progressInterval);
      }
      if (maxAge != null && !maxAge.isPositive()) {
        throw new IllegalArgumentException(
            "maxAge must be above zero, not " + maxAge + "; without one nothing expires");
      }
      if (maxCrashes < 0) {
        throw new IllegalArgumentException(
            "maxCrashes is " + maxCrashes + "; take 0 for never, or a number above it");
      }
    }
  }
}
