package io.holdfast.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No result comes that the tests of this module forbid. For some seconds; {@code
 * -Dholdfast.jcstress=default}, or another of jcstress's modes, takes as long as that does.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS)
class MemoryOrdersTest {
  private static final String JVM_OPTIONS =
      "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow";

  /** Both compilers are tried, each for all threads at once. */
  private static final List<String> SLICE =
      List.of("-m", "quick", "-sc", "false", "-f", "1", "-fsm", "1", "-iters", "1", "-time", "200");

  private static final Pattern DONE = Pattern.compile("(\\d+) planned; (\\d+) passed, 0 failed");

  @Test
  void noForbiddenResultComes() throws IOException, InterruptedException {
    Path folder = Files.createDirectories(Path.of("target", "jcstress").toAbsolutePath());
    Path said = folder.resolve("said.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JVM_OPTIONS.split(" ", -1)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("org.openjdk.jcstress.Main", "-r", folder.toString()));
    command.addAll(List.of("-jvmArgsPrepend", JVM_OPTIONS));
    String mode = System.getProperty("holdfast.jcstress");
    command.addAll(mode == null ? SLICE : List.of("-m", mode));
    int code =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start()
            .waitFor();
    String text = Files.readString(said);
    assertThat(code).as(text).isZero();
    Matcher done = DONE.matcher(text);
    String planned = "";
    String passed = "none";
    while (done.find()) {
      planned = done.group(1);
      passed = done.group(2);
    }
    assertThat(passed).as(text).isEqualTo(planned);
    System.out.printf("memory orders: %s runs of jcstress, no forbidden result%n", passed);
  }
}
