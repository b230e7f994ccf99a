package io.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The listener of the tutorial, as a process of its own, with the JDK's client as its peer. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListenerTest {
  private static final Path LISTENER = Path.of("persistent-wal", "Listener.java");

  private Process process;
  private BufferedReader messages;
  private BufferedReader said;
  private int port;

  @BeforeEach
  void start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    process = new ProcessBuilder(java, LISTENER.toString(), "0").start();
    messages = process.inputReader(StandardCharsets.UTF_8);
    said = process.errorReader(StandardCharsets.UTF_8);
    String line = said.readLine();
    assertThat(line).startsWith("listening on ws://localhost:");
    port = Integer.parseInt(line.replaceAll("\\D*(\\d+)/.*", "$1"));
  }

  @AfterEach
  void stop() {
    process.destroyForcibly();
  }

  @Test
  void printsMessagesWholeOrInPartsAndAnswersPingsWithWhatTheyCarry() throws Exception {
    Pongs pongs = new Pongs();
    try (HttpClient client = HttpClient.newHttpClient()) {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://localhost:" + port + "/any/path"), pongs)
              .join();
      socket.sendText("{\"id\":0}", true).join();
      socket.sendText("in ", false).join();
      socket.sendText("parts \u00e4", true).join();
      socket.sendText("x".repeat(70_000), true).join();
      socket.sendPing(ByteBuffer.wrap(new byte[] {4, 2})).join();

      assertThat(messages.readLine()).isEqualTo("{\"id\":0}");
      assertThat(messages.readLine()).isEqualTo("in parts \u00e4");
      assertThat(messages.readLine()).hasSize(70_000);
      assertThat(pongs.first.join()).isEqualTo(ByteBuffer.wrap(new byte[] {4, 2}));

      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      assertThat(pongs.closed.join()).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }
    assertThat(said.readLine()).isEqualTo("connection 1: open");
    assertThat(said.readLine()).isEqualTo("connection 1: closed by the other side");
  }

  @Test
  void takesSeveralConnectionsAndSurvivesWhatIsNoWebSocket() throws Exception {
    try (Socket http = new Socket("localhost", port)) {
      http.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(http.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 426 ");
    }
    assertThat(said.readLine()).isEqualTo("connection 1: not a WebSocket request");
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI url = URI.create("ws://localhost:" + port + "/");
      WebSocket one = client.newWebSocketBuilder().buildAsync(url, new Pongs()).join();
      WebSocket two = client.newWebSocketBuilder().buildAsync(url, new Pongs()).join();
      two.sendText("two", true).join();
      assertThat(messages.readLine()).isEqualTo("two");
      two.abort();
      one.sendText("one", true).join();
      assertThat(messages.readLine()).isEqualTo("one");
      one.abort();
    }
  }

  @Test
  void aPortInUseIsASentence() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process second = new ProcessBuilder(java, LISTENER.toString(), Integer.toString(port)).start();

    assertThat(second.errorReader().readLine()).startsWith("port " + port + " is in use");
    assertThat(second.waitFor()).isEqualTo(3);
  }

  @Test
  void compilesForJava17WithoutAWarning(@TempDir Path classes) {
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);

    int result =
        javac.run(
            writer,
            writer,
            "--release",
            "17",
            "-Xlint:all",
            "-Werror",
            "-d",
            classes.toString(),
            LISTENER.toString());

    assertThat(printed.toString()).isEmpty();
    assertThat(result).isZero();
  }

  /** What the listener answers. */
  private static final class Pongs implements WebSocket.Listener {
    private final CompletableFuture<ByteBuffer> first = new CompletableFuture<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      first.complete(ByteBuffer.wrap(bytes));
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      closed.complete(status);
      return CompletableFuture.completedFuture(null);
    }
  }
}
