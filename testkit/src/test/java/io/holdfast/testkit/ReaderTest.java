package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.UnsupportedVersionException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading a directory beside its owner. */
@ParameterizedClass
@EnumSource(Disk.class)
class ReaderTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";

  ReaderTest(Disk disk) {
    super(disk);
  }

  private List<Long> read() {
    try (BundleReader reader = BundleReader.open(world.storage())) {
      return rest(reader);
    }
  }

  @Test
  void aReaderGivesWhatANewSubscriberWouldGetAndTakesNoLock() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    try (BundleReader reader = BundleReader.open(world.storage())) {
      for (long number = 1; number <= 5; number++) {
        var item = reader.next();
        assertThat(item).isNotNull();
        if (item != null) {
          assertThat(Bundles.number(item.bundle())).isEqualTo(number);
          assertThat(item.sequence()).hasValue(number - 1);
          assertThat(item.ingestionEpochNanos()).isPresent();
          assertThat(item.segment()).isEmpty();
          assertThat(item.index()).isEmpty();
        }
      }
      assertThat(reader.next()).isNull();
      assertThat(reader.report().isDamaged()).isFalse();
    }
    append(buffer, 6);
    assertThat(drain(subscriber)).isEqualTo(range(1, 6));
  }

  @Test
  void aReaderOfAClosedBufferDoesNotChangeAByte() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 3);
    buffer.close();
    byte[] before = world.read(ACTIVE);
    List<String> names = world.storage().list("");
    List<String> logs = world.storage().list("wal");
    assertThat(read()).isEqualTo(range(1, 3));
    assertThat(world.read(ACTIVE)).isEqualTo(before);
    assertThat(world.storage().list("")).isEqualTo(names);
    assertThat(world.storage().list("wal")).isEqualTo(logs);
  }

  @Test
  void aReaderGoesOverRotatedFiles() {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 20; number++) {
      append(buffer, number, 300_000);
    }
    assertThat(read()).isEqualTo(range(1, 20));
  }

  @Test
  void whatAllHaveResolvedAndNobodyWouldGetIsNotRead() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    ackNext(subscriber);
    ackNext(subscriber);
    buffer.flush();
    assertThat(read()).containsExactly(3L, 4L);
  }

  @Test
  void aReaderThatIsOpenKeepsReadingWhatItsOwnerDeletesMeanwhile() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (long number = 1; number <= 20; number++) {
      append(buffer, number, 300_000);
    }
    try (BundleReader reader = BundleReader.open(world.storage())) {
      drain(subscriber);
      buffer.flush();
      for (long number = 21; number <= 40; number++) {
        append(buffer, number, 300_000);
      }
      assertThat(rest(reader)).startsWith(range(1, 20).toArray(Long[]::new));
    }
  }

  @Test
  void aTornOrZeroTailIsNoDamageAndAFlippedBitIs() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 5);
    buffer.close();
    world.letSegmentsBe();
    byte[] whole = world.read(ACTIVE);
    WalBytes log = new WalBytes(whole);

    world.write(ACTIVE, Arrays.copyOf(whole, whole.length + 5000));
    try (BundleReader reader = BundleReader.open(world.storage())) {
      assertThat(rest(reader)).isEqualTo(range(1, 5));
      assertThat(reader.report().isDamaged()).isFalse();
    }
    byte[] flipped = whole.clone();
    WalBytes.Entry second = log.entries.get(1);
    flipped[second.offset() + 70] ^= 1;
    world.write(ACTIVE, flipped);
    try (BundleReader reader = BundleReader.open(world.storage())) {
      assertThat(rest(reader)).containsExactly(1L, 3L, 4L, 5L);
      assertThat(reader.report().damage())
          .containsExactly(
              new RecoveryReport.Range(
                  world.storage().describe(ACTIVE), second.offset(), second.length()));
      assertThat(reader.report().missing()).hasSize(1);
    }
    assertThat(world.read(ACTIVE)).isEqualTo(flipped);
  }

  @Test
  void aTornTailOfAKilledOwnerIsNoDamage() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 5);
    world.kill();
    assertThat(buffer.status()).isNotNull();
    WalBytes log = new WalBytes(world.read(ACTIVE));
    world.cut(ACTIVE, log.entries.getLast().offset() + 40);
    try (BundleReader reader = BundleReader.open(world.storage())) {
      assertThat(rest(reader)).isEqualTo(range(1, 4));
      assertThat(reader.report().isDamaged()).isFalse();
      assertThat(reader.report().unconfirmed()).hasSize(1);
    }
  }

  @Test
  void aDirectoryWithoutABufferAndOneOfAnotherVersionAreTold() throws Exception {
    assertThatThrownBy(this::read)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(world.storage().describe(""));
    world.open().close();
    world.write(ACTIVE, WalBytes.header(2, WalBytes.configurationHex(), true));
    assertThatThrownBy(this::read).isInstanceOf(UnsupportedVersionException.class);
  }
}
