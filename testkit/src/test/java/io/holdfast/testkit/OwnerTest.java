package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.engine.ClosedException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.LockedException;
import io.holdfast.engine.Subscriber;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One owner at a time, and what closing means. */
@ParameterizedClass
@EnumSource(Disk.class)
class OwnerTest extends EngineSuite {
  OwnerTest(Disk disk) {
    super(disk);
  }

  @Test
  void aSecondBufferOnTheDirectoryIsRefusedWithTheOwnersPidAndDisturbsNobody() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> world.open())
          .isInstanceOf(LockedException.class)
          .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()))
          .hasMessageContaining(world.storage().describe(""));
    }
    append(buffer, 2);
    assertThat(drain(subscriber)).containsExactly(1L, 2L);
    buffer.close();
    world.open().close();
  }

  @Test
  void anotherProcessIsRefusedByPidAndOneThatWasKilledHoldsNothing() throws Exception {
    assumeTrue(on() == Disk.FILES, "no other process sees the simulated disk");
    Path owned = directory.resolve("owned");
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                String.join(
                    File.pathSeparator,
                    System.getProperty("jdk.module.path", ""),
                    System.getProperty("java.class.path"),
                    Path.of("target", "test-classes").toAbsolutePath().toString()),
                "io.holdfast.testkit.BufferHolder",
                owned.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8));
      assertThat(lines.readLine()).isEqualTo("appended 3");
      assertThatThrownBy(() -> DurableBuffer.open(owned, world.options))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining(String.valueOf(owner.pid()));
    } finally {
      owner.destroyForcibly().waitFor();
    }
    try (DurableBuffer buffer = DurableBuffer.open(owned, world.options);
        Subscriber subscriber = buffer.subscribe("a")) {
      assertThat(buffer.recovery().cleanStop()).isFalse();
      assertThat(drain(subscriber)).isEqualTo(range(1, 3));
    }
  }

  @Test
  void aClosedBufferRefusesEverythingAndClosingItAgainDoesNothing() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    buffer.close();
    buffer.close();
    assertThatThrownBy(() -> append(buffer, 2)).isInstanceOf(ClosedException.class);
    assertThat(appendAsync(buffer, 2, 0)).isCompletedExceptionally();
    assertThatThrownBy(() -> buffer.subscribe("b")).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> subscriber.next(Duration.ZERO)).isInstanceOf(ClosedException.class);
    subscriber.close();
  }

  @Test
  void aDeliveryThatIsOutAtTheEndStaysReadableAndComesAgain() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    Delivery delivery = take(subscriber);
    buffer.close();
    assertThat(Bundles.number(delivery.bundle())).isEqualTo(1);
    delivery.ack();
    delivery.close();
    delivery.close();
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L);
  }

  @Test
  void closingWaitsForTheAppendsThatAreUnderWay() throws Exception {
    DurableBuffer buffer = world.open();
    List<java.util.concurrent.CompletableFuture<Long>> results =
        java.util.stream.LongStream.rangeClosed(1, 50)
            .mapToObj(number -> appendAsync(buffer, number, 10_000))
            .toList();
    buffer.close();
    assertThat(results).allSatisfy(result -> assertThat(result).isCompleted());
    world.kill();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(1, 50));
  }

  @Test
  void everythingWorksOnAThreadThatIsInterruptedAndItsFlagStays() throws Exception {
    Thread.currentThread().interrupt();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    append(buffer, 2);
    buffer.flush();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    subscriber.close();
    buffer.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L, 2L);
  }
}
