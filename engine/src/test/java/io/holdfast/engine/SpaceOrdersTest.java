package io.holdfast.engine;

import static io.holdfast.engine.AllOrders.check;
import static io.holdfast.engine.AllOrders.shared;
import static io.holdfast.engine.AllOrders.together;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.capacity.Limits;
import io.holdfast.engine.capacity.SharedSpace;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The account of what buffers take, in the orders that a model checker tries. */
class SpaceOrdersTest {
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
    AllOrders.of(
        () -> {
          // Room for both, and for one entry.
          SharedSpace space = shared(new SharedSpace(2 * empty + ENTRY, 0));
          Admission first = shared(new Admission(space, LIMITS));
          Admission second = shared(new Admission(space, LIMITS));
          AtomicInteger admitted = new AtomicInteger();
          together(
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
    AllOrders.of(
        () -> {
          SharedSpace space = shared(new SharedSpace(empty + 2 * ENTRY, 0));
          Admission admission = shared(new Admission(space, LIMITS));
          admission.fileAdded(FileKind.LOG, ENTRY);
          AtomicInteger refused = new AtomicInteger();
          together(
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
    AllOrders.of(
        () -> {
          SharedSpace space = shared(new SharedSpace(empty + ENTRY, 0));
          Admission closing = shared(new Admission(space, LIMITS));
          check(admit(closing, true), "it has the room");
          Admission other = shared(new Admission(space, LIMITS));
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
          together(closing::close, () -> admitted.addAndGet(admit(other, true) ? 1 : 0));
          check(admitted.get() == 1 || told.get() > 0, "who was refused is told of the room");
          check(admitted.get() == 1 || admit(other, true), "and has it then");
          other.close();
          check(space.used() == 0 && space.reserved() == 0, "all is given back");
        });
  }
}
