package io.holdfast.connectors.ws;

import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What is wrong with a peer, and what to do, in sentences. */
final class WsProblems {
  private static final int MOST_CAUSES = 10;

  private WsProblems() {}

  /** Why there is no connection. */
  static String ofConnecting(URI url, Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < MOST_CAUSES && cause != null; i++, cause = cause.getCause()) {
      switch (cause) {
        case WebSocketHandshakeException e -> {
          return url
              + " answers, but not as a WebSocket server does: HTTP status "
              + e.getResponse().statusCode()
              + " where 101 was expected; check the port and the path of the url";
        }
        case UnresolvedAddressException e -> {
          return unknownHost(url);
        }
        case UnknownHostException e -> {
          return unknownHost(url);
        }
        case HttpTimeoutException e -> {
          return silent(url);
        }
        case TimeoutException e -> {
          return silent(url);
        }
        case SSLException e -> {
          return url + ": no secure connection: " + e.getMessage();
        }
        default -> {
          // Perhaps one of its causes says more.
        }
      }
    }
    if (failure instanceof ConnectException) {
      return "nothing listens at " + url + "; start the peer, or correct the url";
    }
    return url
        + " took the connection but is no WebSocket server ("
        + message(failure)
        + "); check the port of the url";
  }

  private static String unknownHost(URI url) {
    return "the host of " + url + " is not known; correct the url, or the name service";
  }

  private static String silent(URI url) {
    return url + " does not answer; see whether the peer hangs, or a firewall is in between";
  }

  /** The first message among a failure and its causes. */
  static String message(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < MOST_CAUSES && cause != null; i++, cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null && !message.isBlank()) {
        return message;
      }
    }
    return failure.getClass().getSimpleName();
  }
}
