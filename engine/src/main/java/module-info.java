/** The durable buffer. */
module io.holdfast.engine {
  requires static transitive org.jspecify;
  requires transitive org.apache.arrow.memory.core;
  requires transitive org.apache.arrow.vector;
  requires org.apache.arrow.memory.unsafe;
  requires org.apache.arrow.format;
  requires flatbuffers.java;
  requires jdk.unsupported;

  exports io.holdfast.engine;
  exports io.holdfast.engine.storage;
}
