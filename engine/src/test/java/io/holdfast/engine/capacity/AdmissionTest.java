package io.holdfast.engine.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A buffer in a folder of another one: what it takes is taken of that one. */
class AdmissionTest {
  private static final long MIB = 1 << 20;

  private final SharedSpace space = new SharedSpace(64 * MIB, 0);
  private final Admission host = new Admission(space, new Limits(64 * MIB));

  private Admission guest(long handedOver) {
    host.fileAdded(FileKind.DEAD_LETTERS, handedOver);
    return Admission.within(host, new Limits(64 * MIB), handedOver);
  }

  private long letters() {
    return host.use().deadLetters();
  }

  @Test
  void whatItTakesCountsForItsHostAtOnce() {
    Admission guest = guest(0);
    assertThat(letters()).isEqualTo(Admission.METADATA_BYTES);
    guest.settled();
    long before = host.used();
    guest.fileAdded(FileKind.SEGMENT, 5 * MIB);
    assertThat(guest.tryAdmit((int) MIB)).isTrue();
    guest.written(MIB, MIB);
    assertThat(host.used()).isEqualTo(before + 6 * MIB);
    assertThat(space.used()).isEqualTo(host.used());
    guest.fileDeleted(FileKind.SEGMENT, 5 * MIB);
    assertThat(host.used()).isEqualTo(before + MIB);
  }

  @Test
  void whatWasHandedOverCountsOnceWhileItIsFound() {
    Admission guest = guest(10 * MIB);
    assertThat(letters()).isEqualTo(10 * MIB);
    guest.clear();
    guest.fileAdded(FileKind.SEGMENT, 6 * MIB);
    guest.active(MIB, 2 * MIB);
    assertThat(letters()).as("all of it was there before").isEqualTo(10 * MIB);
    guest.fileAdded(FileKind.QUARANTINE, 3 * MIB);
    assertThat(letters()).isEqualTo(11 * MIB + Admission.METADATA_BYTES);
    guest.fileDeleted(FileKind.SEGMENT, 6 * MIB);
    assertThat(letters()).as("not all was found yet").isEqualTo(10 * MIB);
    guest.settled();
    assertThat(letters()).isEqualTo(guest.used());
    assertThat(guest.counted()).isEqualTo(guest.used());
  }

  @Test
  void anOpeningThatFailsLeavesWhatWasHandedOver() {
    Admission guest = guest(4 * MIB);
    guest.fileAdded(FileKind.LOG, 9 * MIB);
    guest.close();
    assertThat(letters()).isEqualTo(4 * MIB);
    guest.close();
    assertThat(letters()).isEqualTo(4 * MIB);
    assertThat(space.used()).isEqualTo(host.used());
  }

  @Test
  void whatIsLeftOfAClosedOneStaysWithItsHost() {
    Admission guest = guest(0);
    guest.settled();
    guest.fileAdded(FileKind.LOG, 9 * MIB);
    long before = letters();
    guest.leave();
    assertThat(letters()).isEqualTo(before).isEqualTo(guest.counted());
    guest.fileDeleted(FileKind.LOG, 9 * MIB);
    guest.close();
    assertThat(letters()).as("it says nothing any more").isEqualTo(before);
  }

  @Test
  void itMayUseWhatItsHostHasReservedButNoMoreThanThereIs() {
    assertThat(host.tryAdmit(1)).isTrue();
    host.fileAdded(FileKind.LOG, 64 * MIB - host.used() - host.reserved());
    Admission guest = guest(0);
    guest.settled();
    long left = 64 * MIB - host.used();
    assertThat(left).isPositive();
    assertThat(host.tryAdmit((int) MIB)).isFalse();
    assertThat(guest.tryAddNeeded(FileKind.SEGMENT, left + 1)).isFalse();
    assertThat(guest.tryAllocate(MIB)).as("what is nice to have only").isFalse();
    assertThat(guest.tryAddNeeded(FileKind.SEGMENT, left)).isTrue();
    assertThat(guest.tryAdmit(1)).isFalse();
    assertThat(guest.whyFull(1))
        .isEqualTo(new Admission.Full(64 * MIB + " of " + 64 * MIB + " bytes are taken", true));
  }
}
