package io.holdfast.cli;

import io.holdfast.server.Configuration;
import io.holdfast.server.PlanText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the plan of a configuration, or what is wrong with it. Starts and touches nothing. */
@Command(
    description = {
      "Prints what a configuration would run: sources, pipelines with their buffers, sinks.",
      "Starts nothing and touches nothing. Ends with 1 when something is wrong."
    },
    customSynopsis = "holdfast server check [--data-dir DIR] -f FILE...",
    separator = " ")
final class ServerCheck implements Callable<Integer> {
  private final Console console;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  ServerCheck(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Configuration configuration = options.read(console);
    PlanText.of(configuration.plan(), options.workingDirectory()).forEach(console.out()::println);
    return ExitCode.DONE.code();
  }
}
