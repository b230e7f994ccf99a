package io.holdfast.testkit;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Durability;
import io.holdfast.engine.RetryPolicy;
import io.holdfast.engine.StartAt;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.WhenFull;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is done to a buffer. Each can be done in any state, so that a list of them stays
 * one when some are taken out.
 */
sealed interface Operation {
  /** Does it. */
  void apply(History history) throws Exception;

  /** One bundle, waited for; below zero bytes it has slots of all kinds. */
  record Append(int bytes, Duration timeout) implements Operation {
    @Override
    public void apply(History history) {
      history.append(bytes, timeout);
    }
  }

  /** Several at once, whose outcome is waited for. */
  record AppendTogether(int count, int bytes) implements Operation {
    @Override
    public void apply(History history) {
      history.appendTogether(count, bytes);
    }
  }

  /** Several at once, that are on their way when the next operation comes. */
  record AppendLater(int count, int bytes) implements Operation {
    @Override
    public void apply(History history) {
      history.appendLater(count, bytes);
    }
  }

  /** Takes bundles, one for each thing to do with it. */
  record Take(String id, List<How> hows) implements Operation {
    @Override
    public void apply(History history) {
      history.take(id, hows);
    }
  }

  /** Bundles of which a subscriber resolves each before the next one comes. */
  record KeepUp(String id, int count, int bytes) implements Operation {
    private static final Duration BETWEEN = Duration.ofMillis(700);

    @Override
    public void apply(History history) {
      for (int i = 0; i < count && history.isOpen(); i++) {
        history.append(bytes);
        history.take(id, 1, How.ACK);
        history.pass(BETWEEN);
      }
    }
  }

  /** More bytes than the log of a small buffer keeps, so that a segment is written for them. */
  record FallBehind(int count, int bytes) implements Operation {
    @Override
    public void apply(History history) {
      for (int i = 0; i < count && history.isOpen(); i++) {
        history.append(bytes, Duration.ZERO);
      }
      // The upkeep that finalizes is never waited for by a caller.
      history.pass(Duration.ofSeconds(1));
    }
  }

  /** Resolves one of those in hands. */
  record LetGo(int index, How how) implements Operation {
    @Override
    public void apply(History history) {
      history.letGo(index, how);
    }
  }

  /** A new subscriber. */
  record Subscribe(String id, StartAt start) implements Operation {
    @Override
    public void apply(History history) {
      history.subscribe(id, start);
    }
  }

  /** Forgets a subscriber. */
  record Unsubscribe(String id) implements Operation {
    @Override
    public void apply(History history) {
      history.unsubscribe(id);
    }
  }

  /** Closes a subscriber and resumes it. */
  record Reconnect(String id) implements Operation {
    @Override
    public void apply(History history) {
      history.reconnect(id);
    }
  }

  /** Puts all dead letters in line. */
  record Replay(String id) implements Operation {
    @Override
    public void apply(History history) {
      history.replay(id);
    }
  }

  /** Throws all dead letters away. */
  record Purge(String id) implements Operation {
    @Override
    public void apply(History history) {
      history.purge(id);
    }
  }

  /** Makes progress durable. */
  record Flush() implements Operation {
    @Override
    public void apply(History history) {
      history.flush(false);
    }
  }

  /** Lets time pass. */
  record Pass(Duration duration) implements Operation {
    @Override
    public void apply(History history) {
      history.buffer();
      history.pass(duration);
    }
  }

  /** The wall clock jumps. */
  record Jump(Duration duration) implements Operation {
    @Override
    public void apply(History history) {
      history.jump(duration);
    }
  }

  /** Compares all. */
  record Check() implements Operation {
    @Override
    public void apply(History history) {
      if (history.isCalm()) {
        history.check();
      }
    }
  }

  /** Closes; so what is unresolved goes to a segment. */
  record Close() implements Operation {
    @Override
    public void apply(History history) {
      if (history.isOpen()) {
        history.close(false);
      }
    }
  }

  /** Ends the process. */
  record Kill() implements Operation {
    @Override
    public void apply(History history) throws Exception {
      history.kill();
    }
  }

  /** Cuts the power. */
  record Crash(long seed) implements Operation {
    @Override
    public void apply(History history) {
      history.crash(seed);
    }
  }

  /** The power goes before one of the next calls that change the disk. */
  record CutSoon(int changes) implements Operation {
    @Override
    public void apply(History history) {
      history.cutSoon(changes);
    }
  }

  /** Opens, and the power goes in the middle of it. */
  record CrashInRecovery(int changes, long seed) implements Operation {
    @Override
    public void apply(History history) throws Exception {
      if (history.isOpen()) {
        history.crash(seed);
      }
      history.cutSoon(changes);
      try {
        history.open();
      } catch (StorageException cut) {
        history.log().add("  " + cut.getMessage());
      }
      history.crash(seed + 1);
    }
  }

  /** Calls fail: one, or all from it on, until the disk is well again. */
  record Fail(int nth, boolean lasting, Faults.Outcome outcome) implements Operation {
    @Override
    public void apply(History history) {
      long from = history.world.disk().calls() + nth;
      history.faults(
          outcome == Faults.Outcome.SHORT
              ? Faults.when(call -> call.number() % nth == 0, outcome)
              : lasting ? Faults.from(from, outcome) : Faults.at(from, outcome));
    }
  }

  /** Calls take their time: so that timers come due in the middle of a group, and waits end. */
  record Slow(int nth, int calls, Duration each) implements Operation {
    @Override
    public void apply(History history) {
      history.slow(nth, calls, each);
    }
  }

  /** The disk is well again. */
  record Heal() implements Operation {
    @Override
    public void apply(History history) {
      history.heal();
    }
  }

  /** The disk has only so much left. */
  record Fill(@Nullable Long bytes) implements Operation {
    @Override
    public void apply(History history) {
      history.room(bytes);
    }
  }

  /** What the buffer is opened with from the next life on. */
  record Options(
      int capMiB,
      boolean dropOldest,
      @Nullable Duration maxAge,
      @Nullable Duration interval,
      int maxInFlight,
      int maxAttempts)
      implements Operation {
    @Override
    public void apply(History history) {
      history.log().add(toString());
      history.change(this::change);
    }

    private BufferOptions change(BufferOptions options) {
      RetryPolicy retry =
          new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(2), 0.5, maxAttempts);
      BufferOptions base =
          options
              .withCapBytes((long) capMiB << 20)
              .withWhenFull(dropOldest ? WhenFull.DROP_OLDEST : WhenFull.BACKPRESSURE)
              .withMaxInFlight(maxInFlight)
              .withRetryPolicy(retry)
              .withDurability(interval == null ? Durability.sync() : Durability.interval(interval));
      // An age cannot be taken back, so none is a very long one.
      return base.withMaxAge(maxAge == null ? Duration.ofDays(365 * 100) : maxAge);
    }
  }
}
