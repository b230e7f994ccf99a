package io.holdfast.connectors.ws;

import io.holdfast.connectors.codec.CodecException;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.SinkContext;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One connection, from the handshake to its loss. Belongs to the sink's thread; only {@link Peer}
 * is called on others.
 *
 * <p>After what was written comes a ping with a number, and the pong with that number settles it.
 * At most one ping is out: what is written meanwhile waits for the next.
 */
final class WsConnection {
  /** Taken at once; between two of these the connection looks for a pong. */
  private static final int MOST = 64;

  private static final Duration LONG = Duration.ofDays(1);
  private static final Duration GOODBYE = Duration.ofMillis(200);

  private final WsSettings settings;
  private final SinkContext context;
  private final Peer peer;
  private final WebSocket socket;

  /** Written since the last ping. */
  private List<Parcel> written = new ArrayList<>();

  /** Written before the ping that is out. */
  private List<Parcel> covered = List.of();

  private long pings;
  private boolean pingIsOut;
  private long pingSentAt;

  private WsConnection(WsSettings settings, SinkContext context, Peer peer, WebSocket socket) {
    this.settings = settings;
    this.context = context;
    this.peer = peer;
    this.socket = socket;
  }

  static WsConnection open(HttpClient client, WsSettings settings, SinkContext context)
      throws InterruptedException, ExecutionException {
    Peer peer = new Peer(context);
    CompletableFuture<WebSocket> opening =
        client
            .newWebSocketBuilder()
            .connectTimeout(settings.ackTimeout())
            .buildAsync(settings.url(), peer);
    try {
      return new WsConnection(settings, context, peer, opening.get());
    } catch (InterruptedException e) {
      // It may still come about; nobody would use it then.
      var _ = opening.thenAccept(WebSocket::abort);
      throw e;
    }
  }

  /**
   * Delivers until the connection is lost.
   *
   * @param proven is run each time the peer has shown that it takes events
   * @return why it was lost, a sentence
   */
  String serve(Runnable proven) throws InterruptedException {
    String reason = "the sink has stopped";
    try {
      while (true) {
        String lost = work(proven);
        if (lost != null) {
          reason = lost;
          return reason;
        }
      }
    } catch (InterruptedException e) {
      sayGoodbye();
      throw e;
    } finally {
      socket.abort();
      for (Parcel parcel : covered) {
        parcel.fail(reason);
      }
      for (Parcel parcel : written) {
        parcel.fail(reason);
      }
    }
  }

  private @Nullable String work(Runnable proven) throws InterruptedException {
    List<Parcel> parcels = context.take(MOST, patience());
    for (int i = 0; i < parcels.size(); i++) {
      String lost = write(parcels.get(i), proven);
      if (lost != null) {
        written.addAll(parcels.subList(i, parcels.size()));
        return lost;
      }
    }
    if (pingIsOut && peer.answered() == pings) {
      pingIsOut = false;
      proven.run();
      covered.forEach(Parcel::ack);
      covered = List.of();
    }
    if (!pingIsOut && !written.isEmpty()) {
      String lost = ping();
      if (lost != null) {
        return lost;
      }
    }
    if (pingIsOut
        && context.time().monotonicNanos() - pingSentAt >= settings.ackTimeout().toNanos()) {
      return noPong();
    }
    return peer.lost();
  }

  private Duration patience() {
    if (!pingIsOut) {
      return LONG;
    }
    long left = settings.ackTimeout().toNanos() - (context.time().monotonicNanos() - pingSentAt);
    return Duration.ofNanos(Math.max(0, left));
  }

  /** Writes one event; the parcel is kept or settled unless a reason is returned. */
  private @Nullable String write(Parcel parcel, Runnable proven) throws InterruptedException {
    byte[] bytes;
    try {
      bytes = settings.codec().encode(parcel.event().value());
    } catch (CodecException e) {
      parcel.refuse(context.name() + ": " + e.getMessage());
      return null;
    }
    String lost =
        await(
            settings.binary()
                ? socket.sendBinary(ByteBuffer.wrap(bytes), true)
                : socket.sendText(new String(bytes, StandardCharsets.UTF_8), true));
    if (lost != null) {
      return lost;
    }
    if (settings.acksOnPong()) {
      written.add(parcel);
    } else {
      proven.run();
      parcel.ack();
    }
    return null;
  }

  private @Nullable String ping() throws InterruptedException {
    pings++;
    covered = written;
    written = new ArrayList<>();
    pingIsOut = true;
    peer.await(pings);
    pingSentAt = context.time().monotonicNanos();
    return await(socket.sendPing(ByteBuffer.allocate(Long.BYTES).putLong(0, pings)));
  }

  /**
   * Waits for a write. A peer that does not read lets it hang for ever, so there is an end to it.
   */
  private @Nullable String await(CompletableFuture<WebSocket> write) throws InterruptedException {
    try {
      CompletableFuture.anyOf(write, peer.ended())
          .get(settings.ackTimeout().toNanos(), TimeUnit.NANOSECONDS);
      return peer.lost();
    } catch (TimeoutException e) {
      return settings.url()
          + " has read nothing for "
          + settings.ackTimeout().toMillis()
          + " ms; see whether the peer hangs";
    } catch (ExecutionException e) {
      String lost = peer.lost();
      return lost != null ? lost : connectionLost(e);
    }
  }

  private String connectionLost(Throwable failure) {
    return "the connection to " + settings.url() + " is lost: " + WsProblems.message(failure);
  }

  private String noPong() {
    String late =
        settings.url() + " did not answer a ping in " + settings.ackTimeout().toMillis() + " ms";
    if (peer.answered() == 0) {
      context.warn(
          late
              + ", and none before on this connection, so its events are sent again and again; if"
              + " this peer never answers pings, set 'ack: written': events then count as delivered"
              + " once they are written, and those on their way when the peer dies are lost");
    }
    return late;
  }

  private void sayGoodbye() {
    try {
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
      // To abort with something unread resets the connection, and the close might not be read.
      peer.ended().get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      // It was a courtesy. The connection is aborted next.
    }
  }

  /** What the other side says. Called on the client's threads. */
  private static final class Peer implements WebSocket.Listener {
    private final SinkContext context;
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile long awaited;
    private volatile long answered;

    Peer(SinkContext context) {
      this.context = context;
    }

    /** From now on only the pong with this number counts. */
    void await(long ping) {
      awaited = ping;
    }

    /** The number of the last ping that was answered, 0 before the first. */
    long answered() {
      return answered;
    }

    CompletableFuture<String> ended() {
      return ended;
    }

    @Nullable String lost() {
      return ended.getNow(null);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      // Nobody asked for it; but a pong may come behind it.
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      if (message.remaining() == Long.BYTES && message.getLong() == awaited) {
        answered = awaited;
        context.wake();
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      end(
          "the peer closed the connection, status "
              + status
              + (reason.isEmpty() ? "" : ": " + reason));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      end("the connection is lost: " + WsProblems.message(error));
    }

    private void end(String reason) {
      ended.complete(reason);
      context.wake();
    }
  }
}
