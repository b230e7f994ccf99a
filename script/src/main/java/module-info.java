/** The language: values, queries and scripts. */
module io.holdfast.script {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;

  exports io.holdfast.script;
}
