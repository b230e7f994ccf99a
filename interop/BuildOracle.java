import java.io.IOException;
import java.util.List;

/**
 * Builds the Rust program of the exchange tests with cargo, into the folder that is named. With
 * {@code measured} behind it the program is built for speed, which takes minutes.
 */
public final class BuildOracle {
  private static final String NO_CARGO =
      """
      The exchange tests need the Rust engine, and there is no cargo on the path to build it.
      Install Rust 1.88 or newer (https://rustup.rs), or leave -Pinterop out.
      """;

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            "cargo",
            "build",
            "--profile",
            args.length > 1 ? args[1] : "release",
            // The engine asks for a newer compiler than it needs.
            "--ignore-rust-version",
            "--target-dir",
            args[0]);
    int exit;
    try {
      exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      System.err.print(NO_CARGO);
      exit = 1;
    }
    System.exit(exit);
  }
}
