package io.holdfast.connectors.ws;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.Codecs;
import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.ConnectorType;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sink {@code ws}: each event is a message to a WebSocket server. Its settings:
 *
 * <ul>
 *   <li>{@code url}: {@code ws://} or {@code wss://}, must be there
 *   <li>{@code binary}: whether messages are binary ones; false
 *   <li>{@code ack}: {@code pong} (default), an event is delivered when the peer has answered a
 *       ping that was sent after it; or {@code written}, when the operating system has its bytes:
 *       what is on its way when the peer dies is lost then
 *   <li>{@code ack_timeout}: how many milliseconds a pong may take before the connection is given
 *       up and what it covered is sent again; 10000
 * </ul>
 */
public final class WsType implements ConnectorType<Sink> {
  private static final long DEFAULT_TIMEOUT = 10_000;

  /** The only one that is needed. */
  public WsType() {}

  @Override
  public String name() {
    return "ws";
  }

  @Override
  public @Nullable Blueprint<Sink> read(ConnectorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Codec codec = Codecs.of(spec, errors);
    Section section = spec.section("sink", errors);
    URI url = url(section);
    boolean binary = section.flag("binary", false);
    boolean acksOnPong = section.choice("ack", List.of("pong", "written"), "pong").equals("pong");
    long timeout =
        section.integer("ack_timeout", 1, Duration.ofDays(1).toMillis(), DEFAULT_TIMEOUT);
    section.finish();
    if (url == null || errors.size() > before) {
      return null;
    }
    WsSettings settings =
        new WsSettings(url, codec, binary, acksOnPong, Duration.ofMillis(timeout));
    return new Blueprint<>(name(), url.toString(), () -> new WsSink(settings));
  }

  private static @Nullable URI url(Section section) {
    String text = section.text("url");
    if (text.isEmpty()) {
      return null;
    }
    try {
      URI url = new URI(text);
      boolean webSocket =
          "ws".equalsIgnoreCase(url.getScheme()) || "wss".equalsIgnoreCase(url.getScheme());
      if (webSocket && url.getHost() != null && url.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below, with an example.
    }
    section
        .errors()
        .add(
            section.locationOf("url"),
            "'" + text + "' is no WebSocket address; one looks like ws://localhost:8080/");
    return null;
  }
}
