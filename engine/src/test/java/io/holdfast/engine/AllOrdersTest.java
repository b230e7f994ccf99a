package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.capacity.Limits;
import io.holdfast.engine.capacity.SharedSpace;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * The account of what buffers take, in the orders that Lincheck's model checker tries.
 *
 * <p>Little else of the engine can be put to it. It does not run what calls the disk; it takes the
 * JDK's collections as they are; it lets a parked thread go on by itself, so that no wake-up can be
 * lost; and it does not see the threads that {@link ThreadTasks} starts, or hangs when it joins
 * them. So {@link WaitingTest} has those on real threads, and the testkit's {@code StressTest} the
 * whole.
 */
class AllOrdersTest {
  private static final int ORDERS = Integer.getInteger("holdfast.orders", 60);

  private static void inAllOrders(Runnable scenario) {
    // Loads the classes: a thread that is held up in that would hold up the others.
    scenario.run();
    Lincheck.runConcurrentTest(ORDERS, scenario);
  }

  private static void both(Runnable here, Runnable there) {
    Thread other = new Thread(there);
    other.start();
    here.run();
    try {
      other.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** By hand: what AssertJ does for it would be tried in all orders as well. */
  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private static final Limits LIMITS = new Limits(BufferOptions.MIN_CAP_BYTES);
  private static final int ENTRY = 1 << 20;

  /** What a buffer takes before there is anything in it. */
  private static long empty() {
    return new Admission(new SharedSpace(Long.MAX_VALUE / 2, 0), LIMITS).used()
        + LIMITS.reservationBytes();
  }

  /** Admits an entry, and writes it or gives the room back. */
  private static boolean admit(Admission admission, boolean written) {
    if (!admission.tryAdmit(ENTRY)) {
      return false;
    }
    if (written) {
      admission.written(ENTRY, ENTRY);
    } else {
      admission.refuse(ENTRY);
    }
    return true;
  }

  @Test
  void buffersThatShareASpaceNeverTakeMoreThanThereIs() {
    long empty = empty();
    inAllOrders(
        () -> {
          // Room for both, and for one entry.
          SharedSpace space = new SharedSpace(2 * empty + ENTRY, 0);
          Admission first = new Admission(space, LIMITS);
          Admission second = new Admission(space, LIMITS);
          AtomicInteger admitted = new AtomicInteger();
          both(
              () -> admitted.addAndGet(admit(first, true) ? 1 : 0),
              () -> admitted.addAndGet(admit(second, true) ? 1 : 0));
          check(admitted.get() == 1, "one of them");
          check(space.used() + space.reserved() <= space.cap(), "within the cap");
          first.close();
          second.close();
          check(space.used() == 0 && space.reserved() == 0, "all is given back");
        });
  }

  @Test
  void whatIsRefusedOrDeletedBesideAnAppendIsThereForTheNext() {
    long empty = empty();
    inAllOrders(
        () -> {
          SharedSpace space = new SharedSpace(empty + 2 * ENTRY, 0);
          Admission admission = new Admission(space, LIMITS);
          admission.fileAdded(FileKind.LOG, ENTRY);
          AtomicInteger refused = new AtomicInteger();
          both(
              () -> refused.addAndGet(admit(admission, false) ? 0 : 1),
              () -> admission.fileDeleted(FileKind.LOG, ENTRY));
          check(refused.get() == 0, "there was room for it in any order");
          check(admit(admission, true) && admission.tryAdmit(ENTRY), "both fit now");
          check(!admission.tryAdmit(ENTRY), "and no third");
        });
  }

  @Test
  void whoIsClosedBesideAnAppendLeavesNothingInTheSpace() {
    long empty = empty();
    inAllOrders(
        () -> {
          SharedSpace space = new SharedSpace(empty + ENTRY, 0);
          Admission closing = new Admission(space, LIMITS);
          check(admit(closing, true), "it has the room");
          Admission other = new Admission(space, LIMITS);
          AtomicInteger told = new AtomicInteger();
          other.join(
              new Admission.Owner() {
                @Override
                public void roomCame() {
                  told.incrementAndGet();
                }

                @Override
                public boolean reclaim() {
                  return false;
                }

                @Override
                public void upkeepWanted() {}
              });
          AtomicInteger admitted = new AtomicInteger();
          both(closing::close, () -> admitted.addAndGet(admit(other, true) ? 1 : 0));
          check(admitted.get() == 1 || told.get() > 0, "who was refused is told of the room");
          check(admitted.get() == 1 || admit(other, true), "and has it then");
          other.close();
          check(space.used() == 0 && space.reserved() == 0, "all is given back");
        });
  }
}
