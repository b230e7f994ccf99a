/** The holdfast command. */
module io.holdfast.cli {
  requires static transitive org.jspecify;
  requires io.holdfast.server;
  requires io.holdfast.testkit;
  requires info.picocli;
  requires java.logging;
  requires jdk.management;
  requires jdk.unsupported;

  opens io.holdfast.cli to
      info.picocli;
}
