/** Sources and sinks. */
module io.holdfast.connectors {
  requires static transitive org.jspecify;
  requires transitive io.holdfast.pipeline;
  requires java.net.http;

  exports io.holdfast.connectors;
  exports io.holdfast.connectors.codec;
}
