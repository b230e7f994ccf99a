package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DiskBudget;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several buffers under one cap. */
@ParameterizedClass
@EnumSource(Disk.class)
class BudgetTest extends EngineSuite {
  private static final int LARGE = 500_000;
  private static final long CAP = 32L << 20;

  private final DiskBudget budget = DiskBudget.of(CAP);
  private final List<Storage> storages = new ArrayList<>();
  private final List<DurableBuffer> opened = new ArrayList<>();

  /** What the last refused append was told. */
  private String refusal = "nothing";

  BudgetTest(Disk disk) {
    super(disk);
  }

  private Storage storage(String name) {
    Storage storage =
        on() == Disk.FILES
            ? FileStorage.at(directory.resolve(name))
            : new SimulatedStorage(name.hashCode());
    storages.add(storage);
    return storage;
  }

  private DurableBuffer open(Storage storage) {
    return open(storage, BufferOptions.defaults());
  }

  private DurableBuffer open(Storage storage, BufferOptions with) {
    BufferOptions options =
        with.withBudget(budget)
            .withTime(world.options.time())
            .withTasks(world.options.tasks())
            .withListener(world.events::add)
            .withProgressInterval(Duration.ofDays(1));
    DurableBuffer buffer = DurableBuffer.open(storage, options);
    opened.add(buffer);
    return buffer;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(DurableBuffer::close);
    assertThat(budget.usedBytes()).as("closed buffers do not count").isZero();
    assertThat(budget.reservedBytes()).isZero();
  }

  private long bytesOnDisks() throws IOException {
    long sum = 0;
    for (Storage storage : storages) {
      sum += World.bytesIn(storage);
    }
    return sum;
  }

  /** Appends until the buffer is full; says how many it took. */
  private long fill(DurableBuffer buffer, long from) throws IOException {
    for (long number = from; ; number++) {
      try (Bundles.Built built = world.bundles.sized(number, LARGE)) {
        buffer.append(built.bundle(), Duration.ZERO);
      } catch (BufferFullException full) {
        refusal = String.valueOf(full.getMessage());
        return number - from;
      }
      assertThat(bytesOnDisks()).isLessThanOrEqualTo(CAP);
    }
  }

  @Test
  void theCapHoldsOverAllThatShareIt() throws Exception {
    DurableBuffer one = open(storage("one"));
    DurableBuffer two = open(storage("two"));
    Subscriber first = one.subscribe("a");
    Subscriber second = two.subscribe("a");
    for (long number = 1; number <= 5; number++) {
      append(two, number, LARGE);
    }
    long took = fill(one, 1);
    assertThat(took).isBetween(6L, 25L);
    long more = fill(two, 6);
    assertThat(refusal).contains(CAP + " in the budget that it shares");
    assertThat(budget.usedBytes()).isBetween(bytesOnDisks(), CAP);
    assertThat(drain(first)).isEqualTo(range(1, took));
    assertThat(drain(second)).isEqualTo(range(1, 5 + more));
  }

  @Test
  void aBufferNeverTakesWhatAnotherKeepsForASegmentAndItsLargestEntry() throws Exception {
    DurableBuffer one = open(storage("one"));
    open(storage("two"));
    assertThat(budget.reservedBytes()).isEqualTo(CAP / 2);
    fill(one, 1);
    assertThat(budget.usedBytes() + CAP / 4).isLessThanOrEqualTo(CAP);
  }

  @Test
  void roomThatOneSetsFreeIsTakenByAnAppendThatWaitsInAnother() throws Exception {
    DurableBuffer one = open(storage("one"));
    DurableBuffer two = open(storage("two"));
    Subscriber first = one.subscribe("a");
    Subscriber second = two.subscribe("a");
    long took = fill(one, 1);
    long more = fill(two, 1000);
    assertThat(refusal).contains("full");
    // The progress of the one would be written in a day, were it not for the other.
    assertThat(drain(first)).isEqualTo(range(1, took));
    try (Bundles.Built built = world.bundles.sized(7, LARGE)) {
      two.append(built.bundle(), PATIENCE);
    }
    assertThat(drain(second)).hasSize((int) more + 1).endsWith(7L);
  }

  @Test
  void filesThatOneOnlyKeepsToUseAgainGoBeforeAnotherIsFull() throws Exception {
    Storage storage = storage("one");
    DurableBuffer one = open(storage, BufferOptions.defaults().withCapBytes(CAP / 2));
    DurableBuffer two = open(storage("two"));
    Subscriber first = one.subscribe("a");
    two.subscribe("a");
    for (long number = 1; spares(storage) == 0; number++) {
      assertThat(number).as("a file is kept").isLessThan(100);
      append(one, number, LARGE);
      assertThat(ackNext(first)).isEqualTo(number);
      one.flush();
    }
    fill(two, 1);
    assertThat(spares(storage)).isZero();
  }

  private static long spares(Storage storage) throws IOException {
    return storage.list("wal").stream().filter(name -> name.contains("spare")).count();
  }

  @Test
  void aBufferForWhichThereIsNoRoomDeliversOnlyUntilThereIs() throws Exception {
    Storage third = storage("three");
    DurableBuffer before = open(third);
    append(before, 1);
    before.close();
    opened.remove(before);
    DurableBuffer one = open(storage("one"));
    open(storage("two"));
    Subscriber first = one.subscribe("a");
    long took = fill(one, 1);
    DurableBuffer late = open(third);
    Subscriber subscriber = late.subscribe("a");
    assertThat(drain(subscriber)).containsExactly(1L);
    assertThat(fill(late, 1)).isZero();
    assertThat(refusal).contains("only delivers").contains(String.valueOf(CAP / 4));
    assertThat(drain(first)).isEqualTo(range(1, took));
    one.flush();
    append(late, 2, LARGE);
    assertThat(drain(subscriber)).containsExactly(2L);
  }

  @Test
  void aBufferKeepsToItsOwnCapInABudgetThatHasMore() throws Exception {
    Storage storage = storage("one");
    DurableBuffer one =
        open(storage, BufferOptions.defaults().withCapBytes(BufferOptions.MIN_CAP_BYTES));
    assertThat(one.status().capBytes()).isEqualTo(BufferOptions.MIN_CAP_BYTES);
    fill(one, 1);
    assertThat(bytesOnDisks()).isBetween(8L << 20, BufferOptions.MIN_CAP_BYTES);
  }

  @Test
  void filesThatAreNotTheEnginesCountAndStay() throws Exception {
    Storage storage = storage("one");
    storage.createDirectory("");
    storage.create("mine").close();
    try (var file = storage.open("mine")) {
      file.write(java.nio.ByteBuffer.allocate(3_000_000), 0);
    }
    open(storage);
    assertThat(budget.usedBytes()).isBetween(3_000_000L, 6_000_000L);
    assertThat(storage.status("mine")).isPresent();
  }

  @Test
  void optionsThatContradictEachOtherAreRefusedByBothNumbers() {
    assertThatThrownBy(
            () -> BufferOptions.defaults().withCapBytes(CAP + 1).withBudget(DiskBudget.of(CAP)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(CAP + 1))
        .hasMessageContaining("larger budget");
    assertThatThrownBy(() -> DiskBudget.of(BufferOptions.MIN_CAP_BYTES - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(BufferOptions.MIN_CAP_BYTES));
    assertThatThrownBy(() -> DiskBudget.of(CAP, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(BufferOptions.defaults().withBudget(DiskBudget.of(CAP)).capBytes()).isEqualTo(CAP);
  }
}
