/** Events, graph, settlement. */
module io.holdfast.pipeline {
  requires static transitive org.jspecify;
  requires transitive io.holdfast.engine;
  requires transitive io.holdfast.script;
}
