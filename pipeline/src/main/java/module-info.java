/** Events, graph, operators, settlement and circuit breakers. */
module io.holdfast.pipeline {
  requires static transitive org.jspecify;
  requires transitive io.holdfast.engine;
  requires transitive io.holdfast.script;

  exports io.holdfast.pipeline;
  exports io.holdfast.pipeline.bundle;
  exports io.holdfast.pipeline.config;
  exports io.holdfast.pipeline.direct;
  exports io.holdfast.pipeline.runtime;
}
