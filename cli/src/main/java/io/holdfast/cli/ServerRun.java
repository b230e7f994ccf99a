package io.holdfast.cli;

import io.holdfast.pipeline.runtime.Summary;
import io.holdfast.server.Configuration;
import io.holdfast.server.PlanText;
import io.holdfast.server.Server;
import io.holdfast.server.Version;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a configuration until a signal stops it. */
@Command(
    description = {
      "Runs a configuration until Ctrl-C or SIGTERM. What is accepted is kept: what is not",
      "delivered when it stops is delivered first by the next run."
    },
    customSynopsis = "holdfast server run [--data-dir DIR] [--drain-timeout TIME] -f FILE...",
    separator = " ")
final class ServerRun implements Callable<Integer> {
  private final Console console;

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(
      names = "--drain-timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = DurationOption.class,
      description = {
        "How long to wait at the end for what is in flight, 500ms or 5s for instance.",
        "Default: ${DEFAULT-VALUE}. It never waits for a backlog to empty."
      })
  private Duration drainTimeout = Duration.ofSeconds(5);

  ServerRun(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    console.say("holdfast " + Version.current());
    Configuration configuration = options.read(console);
    console.say("data directory " + options.dataDirectory());
    PlanText.of(configuration.plan(), options.workingDirectory()).forEach(console::say);

    CountDownLatch stopped = new CountDownLatch(1);
    Signals.onFirst(
        name -> {
          console.say("stopping, SIG" + name + " came; another one halts at once");
          stopped.countDown();
        });
    Server server =
        Server.start(configuration.plan(), options.dataDirectory(), options.workingDirectory());
    while (!stopped.await(100, TimeUnit.MILLISECONDS) && !server.isDone()) {
      // Nobody has asked to stop.
    }
    Summary summary = server.stop(drainTimeout);
    console.say("stopped: " + summary);
    return ExitCode.DONE.code();
  }
}
