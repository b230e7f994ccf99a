/** The language. */
module io.holdfast.script {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
}
