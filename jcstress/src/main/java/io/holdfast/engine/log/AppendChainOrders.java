package io.holdfast.engine.log;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.memory.BufferPool;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Appends that threads hand over at the same moment, and what their callers are told. */
public final class AppendChainOrders {
  /** Nobody looks at it here; all appends share it. */
  private static final EncodedEntry ENTRY =
      EncodedEntry.of(
          RecordBundle.builder().build(), new BufferPool(), new SchemaMessages(), 1 << 10);

  private AppendChainOrders() {}

  /** An append that is known by its deadline. */
  private static PendingAppend append(int number) {
    return new PendingAppend(ENTRY, null, null, number);
  }

  /** What a chain gives, as the digits of a number. */
  private static int take(AppendChain chain) {
    List<PendingAppend> taken = new ArrayList<>();
    chain.takeAll(taken);
    int digits = 0;
    for (PendingAppend append : taken) {
      digits = digits * 10 + (int) append.patience(0);
    }
    return digits;
  }

  private static int digit(boolean is) {
    return is ? 1 : 0;
  }

  /** One thread hands over two while another takes. */
  @JCStressTest
  @Outcome(id = "0, 12", expect = Expect.ACCEPTABLE, desc = "both come later")
  @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "one comes later")
  @Outcome(id = "12, 0", expect = Expect.ACCEPTABLE, desc = "both are taken")
  @Outcome(
      expect = Expect.FORBIDDEN,
      desc = "one is lost, comes twice or out of order, or is not whole")
  @State
  public static class OrderOfOneThread {
    private final AppendChain chain = new AppendChain();
    private final PendingAppend first = append(1);
    private final PendingAppend second = append(2);

    @Actor
    public void producer() {
      chain.add(first);
      chain.add(second);
    }

    @Actor
    public void committer(II_Result result) {
      result.r1 = take(chain);
    }

    @Arbiter
    public void rest(II_Result result) {
      result.r2 = take(chain);
    }
  }

  /** Two threads hand one over each, and the second of them takes then. */
  @JCStressTest
  @Outcome(id = "1, 0, 12, 0", expect = Expect.ACCEPTABLE, desc = "the first came first")
  @Outcome(id = "0, 1, 21, 0", expect = Expect.ACCEPTABLE, desc = "the second came first")
  @Outcome(
      id = "1, 1, 2, 1",
      expect = Expect.ACCEPTABLE,
      desc = "the first came after all was taken")
  @Outcome(expect = Expect.FORBIDDEN, desc = "one is lost, or left without a signal")
  @State
  public static class OneSignalForEachTake {
    private final AppendChain chain = new AppendChain();
    private final PendingAppend one = append(1);
    private final PendingAppend other = append(2);

    @Actor
    public void producer(IIII_Result result) {
      result.r1 = digit(chain.add(one));
    }

    @Actor
    public void producerThatTakes(IIII_Result result) {
      result.r2 = digit(chain.add(other));
      result.r3 = take(chain);
    }

    @Arbiter
    public void rest(IIII_Result result) {
      result.r4 = take(chain);
    }
  }

  /** The committer tells a caller how its append has ended. */
  @JCStressTest
  @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "not told yet")
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "told why it failed")
  @Outcome(expect = Expect.FORBIDDEN, desc = "told something else")
  @State
  public static class Completion {
    private final PendingAppend append = append(1);
    private final StorageException refused = new StorageException("refused", null);

    @Actor
    public void committer() {
      append.takeMemory();
      append.fail(refused);
      append.complete();
    }

    @Actor
    public void caller(I_Result result) {
      if (append.isDone()) {
        try {
          result.r1 = (int) append.result();
        } catch (StorageException why) {
          result.r1 = 1;
        }
      }
    }
  }
}
