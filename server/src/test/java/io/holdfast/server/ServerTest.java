package io.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.LockedException;
import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.runtime.Summary;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs a file of three lines through a buffer to a peer that is not there. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerTest {
  @TempDir private Path root;
  private Folder folder;

  @BeforeEach
  void write() throws Exception {
    Path lines = Files.writeString(root.resolve("in.txt"), "1\n2\n3\n");
    folder =
        Folder.good(root)
            .with(
                "metronome.yaml",
                """
                onramp:
                  - id: metronome
                    type: file
                    config:
                      source: %s
                """
                    .formatted(lines))
            .with("ws.yaml", Folder.WS.replace("8080", Integer.toString(freePort())));
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Server start() {
    return Server.start(folder.read().plan(), folder.dataDirectory(), root);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  private Summary keepThree() throws InterruptedException {
    Server server = start();
    await(() -> server.summary().kept() == 3 && server.summary().accepted() == 3);
    return server.stop(Duration.ofSeconds(5));
  }

  @Test
  void whatIsNotDeliveredIsKeptAndABacklogIsNotWaitedFor() throws Exception {
    Summary summary = keepThree();

    assertThat(summary.toString()).isEqualTo("accepted 3, delivered 0, repeated 0, still kept 3");
  }

  @Test
  void aSecondServerOnTheSameDirectoryIsRefusedWithTheOwnersProcess() throws Exception {
    Server first = start();

    assertThatThrownBy(this::start)
        .isInstanceOf(LockedException.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid());

    first.stop(Duration.ZERO);
  }

  @Test
  void aBufferThatNoOperatorUsesAnyMoreIsNamedWithItsCount() throws Exception {
    keepThree();
    BufferPlan buffer = folder.read().plan().buffers().getFirst();

    assertThat(LeftBehind.find(folder.dataDirectory(), Set.of(buffer.directory()))).isEmpty();
    assertThat(LeftBehind.find(folder.dataDirectory(), Set.of()))
        .singleElement()
        .asString()
        .startsWith(
            folder.dataDirectory()
                + "/wal/01/wal belongs to no operator of this plan and holds 3 undelivered events");
  }

  @Test
  void aDirectoryThatIsNoBufferIsNotNamed() throws Exception {
    Files.createDirectories(folder.dataDirectory().resolve("a/b/c"));
    Files.createDirectories(folder.dataDirectory().resolve("a/b/d/wal"));

    assertThat(LeftBehind.find(folder.dataDirectory(), Set.of())).isEmpty();
    assertThat(LeftBehind.find(root.resolve("missing"), Set.of())).isEmpty();
  }
}
