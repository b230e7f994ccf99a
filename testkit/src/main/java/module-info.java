/** Simulated storage and crash harness. */
module io.holdfast.testkit {
  requires static transitive org.jspecify;
  requires transitive io.holdfast.engine;
}
