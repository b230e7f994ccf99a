package io.holdfast.connectors.ws;

import io.holdfast.pipeline.Backoff;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.SinkContext;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Keeps a connection to the peer, and says what is wrong while there is none. */
final class WsSink implements Sink {
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final WsSettings settings;

  WsSink(WsSettings settings) {
    this.settings = settings;
  }

  @Override
  public void run(SinkContext context) throws InterruptedException {
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, context.random());
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    HttpClient client = HttpClient.newBuilder().executor(threads).build();
    try {
      while (true) {
        context.down(connectAndServe(client, context, backoff));
        Thread.sleep(backoff.next());
      }
    } finally {
      client.shutdownNow();
      threads.shutdownNow();
    }
  }

  /** Works over one connection, and says why there is none any more. */
  private String connectAndServe(HttpClient client, SinkContext context, Backoff backoff)
      throws InterruptedException {
    WsConnection connection;
    try {
      connection = WsConnection.open(client, settings, context);
    } catch (ExecutionException e) {
      return WsProblems.ofConnecting(settings.url(), e.getCause() == null ? e : e.getCause());
    }
    context.probe();
    return connection.serve(
        () -> {
          backoff.reset();
          context.up();
        });
  }
}
