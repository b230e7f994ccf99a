/** Simulated storage and crash harness. */
module io.holdfast.testkit {
  requires static transitive org.jspecify;
  requires transitive io.holdfast.engine;

  exports io.holdfast.testkit;
  exports io.holdfast.testkit.torture;
}
