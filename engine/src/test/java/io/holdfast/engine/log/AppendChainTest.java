package io.holdfast.engine.log;

import static io.holdfast.engine.AllOrders.check;
import static io.holdfast.engine.AllOrders.shared;
import static io.holdfast.engine.AllOrders.together;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.engine.AllOrders;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.memory.BufferPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The chain of appends, in the orders that a model checker tries. */
class AppendChainTest {
  private final PendingAppend first = append();
  private final PendingAppend second = append();
  private final PendingAppend third = append();

  private static PendingAppend append() {
    EncodedEntry entry =
        EncodedEntry.of(
            RecordBundle.builder().build(), new BufferPool(), new SchemaMessages(), 1 << 10);
    return new PendingAppend(entry, null, null, 0);
  }

  /** Who takes from a chain when it is told to, as the committer does. */
  private static final class Taker {
    private final AppendChain chain = new AppendChain();
    private final AtomicInteger signals = new AtomicInteger();
    private final List<PendingAppend> taken = new ArrayList<>();

    /** Only who finds the chain empty signals. */
    void add(PendingAppend append) {
      if (chain.add(append)) {
        signals.incrementAndGet();
      }
    }

    /** Until it has so many, for ever if nobody signals for one of them. */
    void takeUntil(int count) {
      while (taken.size() < count) {
        while (signals.get() == 0) {
          Thread.onSpinWait();
        }
        signals.decrementAndGet();
        check(chain.takeAll(taken), "a signal is for something");
      }
    }

    boolean isBefore(PendingAppend earlier, PendingAppend later) {
      return taken.indexOf(earlier) < taken.indexOf(later);
    }

    void checkTaken(PendingAppend... appends) {
      check(taken.size() == appends.length, "each once");
      for (PendingAppend append : appends) {
        check(taken.contains(append), "none is missing");
        check(append.before == null, "none holds another one");
      }
      check(!chain.takeAll(taken), "nothing is left");
    }
  }

  @Test
  void allThatIsAddedIsTakenOnceAndForEachThereWasASignal() {
    AllOrders.of(
        () -> {
          Taker taker = shared(new Taker());
          together(
              () -> taker.takeUntil(3),
              () -> {
                taker.add(first);
                taker.add(second);
              },
              () -> taker.add(third));
          taker.checkTaken(first, second, third);
          check(taker.isBefore(first, second), "in the order in which one thread added them");
        });
  }

  @Test
  void whoComesJustWhenAllIsTakenSignals() {
    AllOrders.of(
        () -> {
          Taker taker = shared(new Taker());
          taker.add(first);
          together(() -> taker.takeUntil(2), () -> taker.add(second));
          taker.checkTaken(first, second);
        });
  }

  @Test
  void whatIsTakenComesBehindWhatWasTakenBefore() {
    AllOrders.of(
        () -> {
          Taker taker = shared(new Taker());
          taker.add(first);
          together(() -> taker.takeUntil(3), () -> taker.add(second), () -> taker.add(third));
          taker.checkTaken(first, second, third);
          check(taker.isBefore(first, second) && taker.isBefore(first, third), "first come");
        });
  }

  @Test
  void whatFindsNoMemoryInTheListIsTakenNextTimeInItsOrder() {
    AppendChain chain = new AppendChain();
    List<PendingAppend> taken =
        new ArrayList<>() {
          private static final long serialVersionUID = 1L;
          private int calls;

          @Override
          public boolean add(PendingAppend append) {
            calls++;
            if (calls == 2) {
              throw new OutOfMemoryError("the second one");
            }
            return super.add(append);
          }
        };
    chain.add(first);
    chain.add(second);
    assertThrows(OutOfMemoryError.class, () -> chain.takeAll(taken));
    chain.add(third);
    check(chain.takeAll(taken), "there was something left");
    check(taken.equals(List.of(first, second, third)), "none is missing, and in their order");
  }
}
