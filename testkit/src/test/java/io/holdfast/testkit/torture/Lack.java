package io.holdfast.testkit.torture;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Skips a test for want of something that this machine does not have, and says so where everybody
 * sees it. What is there and does not work is no such reason.
 */
final class Lack {
  private static final int CAP_SYS_ADMIN = 21;

  private Lack() {}

  /** Skips the test that runs. */
  static void skip(String what) {
    System.out.println("skipped: it needs " + what);
    abort("needs " + what);
  }

  /** Unless this process may mount. */
  static void ofRightToMount() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      skip("Linux");
    }
    String effective =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("CapEff:"))
            .findFirst()
            .orElseThrow();
    long rights = Long.parseUnsignedLong(effective.split("\\s+", -1)[1], 16);
    if ((rights >> CAP_SYS_ADMIN & 1) == 0) {
      skip("root, or another right to mount");
    }
  }

  /** Unless files can be mounted. */
  static void ofLoopDevices() {
    Path control = Path.of("/dev/loop-control");
    if (!Files.isWritable(control)) {
      skip("loop devices: " + control + " cannot be written");
    }
  }

  /** Unless a program is there. */
  static void ofTool(String name, String from) {
    boolean there =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    if (!there) {
      skip(from + ": there is no " + name);
    }
  }
}
