package io.holdfast.cli;

import io.holdfast.server.Version;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;

/** The command line's entry. */
@Command(
    name = "holdfast",
    description = "Keeps events: what it has accepted survives, and arrives.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Holdfast.class)
public final class Holdfast implements IVersionProvider {
  /** Made by {@link #run} and by the command line's parser. */
  Holdfast() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] args) {
    Console console = Console.ofProcess();
    Logs.to(console.err());
    System.exit(run(console, args));
  }

  /** Runs the command that the arguments name, and returns its exit code. */
  static int run(Console console, String... args) {
    Failures failures = new Failures(console);
    CommandLine commands =
        new Subcommands(new Holdfast(), args, 0)
            .withGroup("server", () -> server(console, args))
            .with("run", () -> new RunCommand(console, System.in))
            .with("append", () -> new AppendCommand(console, System.in, failures))
            .with("export", () -> new ExportCommand(console))
            .with("tail", () -> new TailCommand(console))
            .with("letters", () -> new LettersCommand(console))
            .with("inspect", () -> new InspectCommand(console))
            .with("verify", () -> new VerifyCommand(console))
            .with("torture", () -> new TortureCommand(console))
            .withGroup("bench", () -> bench(console, args))
            .made();
    commands
        .setOut(writer(console.out()))
        .setErr(writer(console.err()))
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setUnmatchedOptionsAllowedAsOptionParameters(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(90)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
    try {
      return commands.execute(args);
    } finally {
      console.out().flush();
    }
  }

  private static CommandLine server(Console console, String... args) {
    return new Subcommands(new ServerCommand(), args, 1)
        .with("run", () -> new ServerRun(console))
        .with("check", () -> new ServerCheck(console))
        .made();
  }

  private static CommandLine bench(Console console, String... args) {
    return new Subcommands(new BenchCommand(), args, 1)
        .with("append", () -> new BenchAppend(console))
        .with("delivery", () -> new BenchDelivery(console))
        .with("caller", () -> new BenchCaller(console))
        .with("backlog", () -> new BenchBacklog(console))
        .with("replay", () -> new BenchReplay(console))
        .with("written", () -> new BenchWritten(console))
        .with("heap", () -> new BenchHeap(console))
        .with("subscribers", () -> new BenchSubscribers(console))
        .made();
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"holdfast " + Version.current()};
  }
}
