package io.holdfast.testkit;

import io.holdfast.engine.DurableBuffer;
import java.io.OutputStream;
import java.nio.file.Path;

/** A second process: opens a buffer, appends three bundles, and holds it until it is killed. */
final class BufferHolder {
  private BufferHolder() {}

  public static void main(String[] args) throws Exception {
    try (DurableBuffer buffer = DurableBuffer.open(Path.of(args[0]));
        Bundles bundles = new Bundles()) {
      for (long number = 1; number <= 3; number++) {
        try (Bundles.Built built = bundles.small(number)) {
          buffer.append(built.bundle());
        }
      }
      System.out.println("appended 3");
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
