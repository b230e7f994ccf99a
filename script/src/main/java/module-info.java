/** The language: values, queries and scripts. */
module io.holdfast.script {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires re2j;
  requires HdrHistogram;

  exports io.holdfast.script;
}
