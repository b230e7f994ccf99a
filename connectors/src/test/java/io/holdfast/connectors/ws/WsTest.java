package io.holdfast.connectors.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.connectors.testing.Await;
import io.holdfast.connectors.testing.RetryingSource;
import io.holdfast.connectors.testing.Wiring;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.runtime.Deployment;
import io.holdfast.pipeline.runtime.PipelinePlan;
import io.holdfast.pipeline.runtime.Summary;
import io.holdfast.script.Value;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WsTest {
  private static final int EVENTS = 60;

  @TempDir private Path directory;
  private final Wiring wiring = new Wiring();
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private @Nullable Deployment deployment;

  @AfterEach
  void stop() throws InterruptedException {
    if (deployment != null) {
      deployment.stop(Duration.ZERO);
    }
  }

  private Deployment start(int port, Map<String, Value> more) {
    Map<String, Value> settings = new TreeMap<>(more);
    settings.put("url", Value.of("ws://localhost:" + port + "/"));
    settings.putIfAbsent("ack_timeout", Value.of(300));
    Deployment started =
        Deployment.builder(wiring.host(directory))
            .source("source", new RetryingSource(EVENTS, 7))
            .pipeline("pipeline", PipelinePlan.passthrough("p", "01"))
            .sink("ws", Wiring.make(new WsType(), Wiring.spec("ws", null, settings)))
            .link("source", "out", "pipeline", "in")
            .link("pipeline", "out", "ws", "in")
            .build();
    started.start();
    deployment = started;
    return started;
  }

  private void awaitAll(Deployment running) throws InterruptedException {
    Await.until("all is delivered", running::isFinished);
  }

  private void checkEveryIdArrivedInOrder() {
    assertThat(messages.stream().distinct())
        .containsExactlyElementsOf(IntStream.range(0, EVENTS).mapToObj(Integer::toString).toList());
  }

  private interface Ready {
    boolean isReady(RawServer server);
  }

  /** A hostile peer first; then it dies, and a good one comes up at its place. */
  private void survives(RawServer.Behaviour hostile, Ready ready)
      throws IOException, InterruptedException {
    RawServer bad = new RawServer(0, messages, hostile);
    Deployment running = start(bad.port(), Map.of());
    Await.until("the hostile peer did its worst", () -> ready.isReady(bad));
    bad.close();
    try (RawServer good = new RawServer(bad.port(), messages, RawServer::behaveWell)) {
      awaitAll(running);
      assertThat(good.connections()).isPositive();
    }
    checkEveryIdArrivedInOrder();
    assertThat(running.summary().delivered()).isEqualTo(EVENTS);
  }

  @Test
  void everyEventIsAMessageInOrderAndNoneIsRepeatedWhenAllIsWell() throws Exception {
    try (RawServer good = new RawServer(0, messages, RawServer::behaveWell)) {
      awaitAll(start(good.port(), Map.of("ack_timeout", Value.of(60_000))));
      assertThat(wiring.told()).isEmpty();
    }

    assertThat(messages)
        .containsExactlyElementsOf(IntStream.range(0, EVENTS).mapToObj(Integer::toString).toList());
  }

  @Test
  void survivesAPeerThatIsKilledWithAReset() throws Exception {
    survives(
        connection -> {
          connection.handshake();
          for (int i = 0; i < 10; i++) {
            connection.readAndAnswer();
          }
          connection.reset();
        },
        server -> messages.size() > 12);
  }

  @Test
  void survivesAPeerThatAcceptsAndNeverReads() throws Exception {
    survives(RawServer.Connection::handshake, server -> server.connections() >= 2);
  }

  @Test
  void survivesAPeerThatDropsTheConnectionWithBytesUnread() throws Exception {
    survives(
        connection -> {
          connection.handshake();
          while (connection.in().available() == 0) {
            Thread.onSpinWait();
          }
          connection.socket.close();
        },
        server -> server.connections() >= 3);
  }

  @Test
  void survivesAPeerThatClosesPolitely() throws Exception {
    survives(
        connection -> {
          connection.handshake();
          for (int i = 0; i < 9; i++) {
            connection.readAndAnswer();
          }
          connection.writeFrame(RawServer.Frame.CLOSE, new byte[] {3, (byte) 0xe8});
          while (connection.in().read() >= 0) {
            // What is still on its way, to be lost.
          }
          connection.socket.close();
        },
        server -> server.connections() >= 2);
    assertThat(wiring.told(Notice.BreakerOpened.class).getFirst().reason())
        .contains("closed the connection", "1000");
  }

  @Test
  void survivesAPeerThatDiesInTheMiddleOfAFrameThatItReads() throws Exception {
    survives(
        connection -> {
          connection.handshake();
          connection.readAndAnswer();
          connection.in().readNBytes(3);
          connection.socket.close();
        },
        server -> server.connections() >= 2);
  }

  @Test
  void survivesAPeerThatDiesInTheMiddleOfAFrameThatItWrites() throws Exception {
    survives(
        connection -> {
          connection.handshake();
          connection.readAndAnswer();
          connection.write((char) 0x81 + "dabc");
          connection.socket.close();
        },
        server -> server.connections() >= 2);
  }

  @Test
  void survivesAPeerThatAnswersWithAnotherPong() throws Exception {
    survives(
        connection -> {
          connection.handshake();
          while (true) {
            RawServer.Frame frame = connection.readFrame();
            if (frame.opcode == RawServer.Frame.PING) {
              connection.writeFrame(RawServer.Frame.PONG, new byte[] {0, 0, 0, 0, 0, 0, 0, 77});
              connection.writeFrame(RawServer.Frame.PONG, new byte[] {1});
            }
          }
        },
        server -> server.connections() >= 2);
  }

  @Test
  void aPeerThatNeverAnswersPingsIsNamedWithTheOptionAndItsRisk() throws Exception {
    survives(
        connection -> {
          connection.handshake();
          while (true) {
            RawServer.Frame frame = connection.readFrame();
            if (frame.opcode == RawServer.Frame.TEXT) {
              messages.add(frame.text());
            }
          }
        },
        server -> server.connections() >= 2);

    assertThat(wiring.told(Notice.Warning.class).getFirst().text())
        .contains("ack: written", "are lost");
    assertThat(wiring.told(Notice.BreakerOpened.class)).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void withTheOptionAPeerThatNeverAnswersPingsGetsEachEventOnce() throws Exception {
    RawServer.Behaviour silent =
        connection -> {
          connection.handshake();
          while (true) {
            RawServer.Frame frame = connection.readFrame();
            if (frame.opcode == RawServer.Frame.TEXT) {
              messages.add(frame.text());
            }
          }
        };
    try (RawServer server = new RawServer(0, messages, silent)) {
      awaitAll(start(server.port(), Map.of("ack", Value.of("written"))));
      Await.until("all has arrived", () -> messages.size() == EVENTS);
    }

    checkEveryIdArrivedInOrder();
  }

  @Test
  void aPeerThatIsNotThereIsSaidOnceWhileItIsAway() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Deployment running = start(port, Map.of());
    Await.until("the outage is told", () -> !wiring.told().isEmpty());
    // Long enough for several tries.
    Thread.sleep(1000);
    assertThat(wiring.told())
        .containsExactly(
            "ws: breaker open, nothing is delivered: nothing listens at ws://localhost:"
                + port
                + "/; start the peer, or correct the url");

    try (RawServer good = new RawServer(port, messages, RawServer::behaveWell)) {
      awaitAll(running);
      assertThat(good.connections()).isOne();
    }
    checkEveryIdArrivedInOrder();
    assertThat(wiring.told(Notice.BreakerClosed.class)).hasSize(1);
  }

  @Test
  void aWebServerThatIsNoWebSocketServerIsNamedWithItsStatus() throws Exception {
    survives(
        connection -> {
          connection.readRequest();
          connection.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        },
        server -> server.connections() >= 2);

    assertThat(wiring.told(Notice.BreakerOpened.class).getFirst().reason())
        .contains("HTTP status 404", "check the port and the path");
  }

  @Test
  void aServerThatSpeaksSomethingElseIsNamed() throws Exception {
    survives(
        connection -> {
          connection.write("220 mail.example.org ESMTP\r\n");
          connection.socket.close();
        },
        server -> server.connections() >= 2);

    assertThat(wiring.told(Notice.BreakerOpened.class).getFirst().reason())
        .contains("is no WebSocket server", "check the port");
  }

  @Test
  void aServerThatSaysNothingIsNamed() throws Exception {
    survives(connection -> {}, server -> server.connections() >= 2);

    assertThat(wiring.told(Notice.BreakerOpened.class).getFirst().reason())
        .contains("does not answer");
  }

  @Test
  void theCloseOfTheHostReachesThePeer() throws Exception {
    List<String> closes = new CopyOnWriteArrayList<>();
    try (RawServer server =
        new RawServer(
            0,
            messages,
            connection -> {
              connection.handshake();
              while (connection.readAndAnswer()) {
                // Until the close.
              }
              closes.add("close");
            })) {
      Deployment running = start(server.port(), Map.of());
      awaitAll(running);
      Summary summary = running.stop(Duration.ofSeconds(5));
      deployment = null;

      Await.until("the close has arrived", () -> !closes.isEmpty());
      assertThat(summary.toString())
          .isEqualTo("accepted 60, delivered 60, repeated 0, still kept 0");
    }
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    for (String url : List.of("http://localhost/", "localhost:8080", "ws:/x", "ws://a b/")) {
      assertThat(
              Wiring.errorsOf(new WsType(), Wiring.spec("ws", null, Map.of("url", Value.of(url)))))
          .singleElement()
          .asString()
          .contains("'" + url + "' is no WebSocket address", "ws://localhost:8080/");
    }
  }
}
