package io.holdfast.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Decides what becomes of each call of a {@link SimulatedStorage}, under the storage's lock. */
@FunctionalInterface
public interface Faults {

  /** What becomes of this call. Must be quick and call nothing of the storage. */
  Outcome decide(StorageCall call);

  /** What can become of a call. */
  enum Outcome {
    /** It does what it should. */
    WORK,
    /**
     * It throws an {@link java.io.IOException}. What it attempted may have happened, or in part: a
     * write wrote some first bytes, a name was changed. A sync that fails drops what it covered, as
     * Linux does: reads still show the bytes, no later sync covers them, and a crash loses them.
     */
    FAIL,
    /**
     * It throws an {@link java.io.IOException} that says "No space left on device", and has done
     * nothing; a sync has dropped what it covered, as with {@link #FAIL}. Calls that take no space
     * work.
     */
    FULL,
    /** A read or write moves fewer bytes than asked, but at least one; other calls work. */
    SHORT,
    /**
     * A sync says that it has worked and has done nothing, as a disk that lies about its cache
     * does; other calls work.
     */
    LIE,
    /** A read gives one wrong bit, while the medium is as it was; other calls work. */
    BAD_BITS,
    /** The power goes before the call: it and all later ones throw. */
    POWER_CUT
  }

  /** Every call works. */
  static Faults none() {
    return call -> Outcome.WORK;
  }

  /** The call with this {@link StorageCall#number} has the outcome; all others work. */
  static Faults at(long number, Outcome outcome) {
    return call -> call.number() == number ? outcome : Outcome.WORK;
  }

  /** The call with this {@link StorageCall#number} and all after it have the outcome. */
  static Faults from(long number, Outcome outcome) {
    return call -> call.number() >= number ? outcome : Outcome.WORK;
  }

  /** Every call that fits has the outcome. */
  static Faults when(Predicate<StorageCall> fits, Outcome outcome) {
    return call -> fits.test(call) ? outcome : Outcome.WORK;
  }

  /** Every call that fits takes its time and then works. */
  static Faults slow(Predicate<StorageCall> fits, SimulatedTime time, Duration delay) {
    return call -> {
      if (fits.test(call)) {
        time.advance(delay);
      }
      return Outcome.WORK;
    };
  }

  /** Of the calls that fit, the {@code nth} (from 1) has the outcome. */
  static Faults nth(long nth, Predicate<StorageCall> fits, Outcome outcome) {
    AtomicLong seen = new AtomicLong();
    return call -> fits.test(call) && seen.incrementAndGet() == nth ? outcome : Outcome.WORK;
  }
}
