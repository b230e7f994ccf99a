package io.holdfast.cli;

import picocli.CommandLine.Option;

/** The option that every command has. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean asked;

  /** Whether help was asked for; the command then does not run. */
  boolean asked() {
    return asked;
  }
}
