package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.DurableBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A log file with many bad blocks: each costs what it hits, and no entry behind it. */
class BadBlocksTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";
  private static final int BLOCK = 512;

  BadBlocksTest() {
    super(Disk.SIMULATED);
  }

  /** Appends, destroys the head of each {@code every}th entry, and takes what is left. */
  private void assertEachCostsOne(int bundles, int bytes, int every, boolean zeros)
      throws Exception {
    world.options = world.options.withCapBytes(1L << 30);
    DurableBuffer buffer = world.open();
    for (long number = 0; number < bundles; number++) {
      append(buffer, number, bytes);
    }
    world.kill();
    byte[] log = world.read(ACTIVE);
    List<WalBytes.Entry> entries = new WalBytes(log).entries;
    List<Long> left = new ArrayList<>();
    Random random = new Random(every);
    for (int i = 0; i < bundles; i++) {
      if (i % every == 1) {
        byte[] block = new byte[BLOCK];
        if (!zeros) {
          random.nextBytes(block);
        }
        System.arraycopy(block, 0, log, entries.get(i).offset(), BLOCK);
      } else {
        left.add((long) i);
      }
    }
    world.write(ACTIVE, Arrays.copyOf(log, entries.getLast().end()));
    DurableBuffer again = world.open();
    assertThat(append(again, bundles)).isEqualTo(bundles);
    left.add((long) bundles);
    assertThat(drain(again.subscribe("a"))).isEqualTo(left);
  }

  @Test
  void thirtyOfThemCostThirtyBundles() throws Exception {
    assertEachCostsOne(301, 3000, 10, false);
  }

  @Test
  void thirtyBlocksOfZerosCostThirtyBundles() throws Exception {
    assertEachCostsOne(301, 3000, 10, true);
  }

  @Test
  void halfOfAllBundlesCostNoneOfTheOthers() throws Exception {
    assertEachCostsOne(3001, 3000, 2, false);
  }

  /**
   * Each bad place claims to be an entry up to the end of the file, so that all of it is summed.
   */
  @Test
  void whatWouldTakeTooLongToLookThroughIsNamedAndKept() throws Exception {
    int bundles = 6001;
    world.options = world.options.withCapBytes(1L << 30);
    DurableBuffer buffer = world.open();
    for (long number = 0; number < bundles; number++) {
      append(buffer, number);
    }
    world.kill();
    byte[] log = world.read(ACTIVE);
    WalBytes whole = new WalBytes(log);
    ByteBuffer crafted = ByteBuffer.wrap(log, 0, whole.end).order(ByteOrder.LITTLE_ENDIAN);
    for (WalBytes.Entry entry : whole.entries) {
      if (entry.sequence() % 2 == 1) {
        int length = whole.entries.getLast().offset() - entry.offset();
        crafted.putInt(entry.offset(), length).put(entry.offset() + 4, (byte) 1);
      }
    }
    byte[] bad = Arrays.copyOf(log, whole.end);
    world.write(ACTIVE, bad);
    DurableBuffer again = world.open();
    assertThat(again.recovery().damage()).anyMatch(range -> range.file().contains("quiver.wal"));
    assertThat(again.recovery().notes()).anyMatch(note -> note.contains("not looked through"));
    assertThat(append(again, bundles)).isGreaterThanOrEqualTo(bundles);
    List<Long> came = drain(again.subscribe("a"));
    assertThat(came).hasSizeLessThan(bundles / 2).startsWith(0L, 2L, 4L).endsWith((long) bundles);
    again.close();
    assertThat(world.read("wal/holdfast.refused.1")).isEqualTo(bad);
  }
}
