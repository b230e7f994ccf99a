/** Configuration, wiring and lifecycle. */
module io.holdfast.server {
  requires static transitive org.jspecify;
  requires transitive io.holdfast.connectors;
  requires org.snakeyaml.engine;

  exports io.holdfast.server;
}
