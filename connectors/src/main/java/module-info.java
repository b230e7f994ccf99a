/** Sources and sinks. */
module io.holdfast.connectors {
  requires static transitive org.jspecify;
  requires transitive io.holdfast.pipeline;
  requires java.net.http;
  requires org.snakeyaml.engine;

  exports io.holdfast.connectors;
  exports io.holdfast.connectors.codec;
}
