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
    CommandLine server =
        command(new ServerCommand())
            .addSubcommand(command(new ServerRun(console)))
            .addSubcommand(command(new ServerCheck(console)));
    CommandLine commands =
        new CommandLine(new Holdfast())
            .addSubcommand(server)
            .addSubcommand(command(new RunCommand(console, System.in)))
            .addSubcommand(command(new AppendCommand(console, System.in, failures)))
            .addSubcommand(command(new ExportCommand(console)))
            .addSubcommand(command(new TailCommand(console)))
            .addSubcommand(command(new LettersCommand(console)))
            .addSubcommand(command(new InspectCommand(console)))
            .addSubcommand(command(new VerifyCommand(console)))
            .addSubcommand(command(new TortureCommand(console)))
            .addSubcommand(
                command(new BenchCommand())
                    .addSubcommand(command(new BenchAppend(console)))
                    .addSubcommand(command(new BenchDelivery(console)))
                    .addSubcommand(command(new BenchCaller(console)))
                    .addSubcommand(command(new BenchBacklog(console)))
                    .addSubcommand(command(new BenchReplay(console)))
                    .addSubcommand(command(new BenchWritten(console)))
                    .addSubcommand(command(new BenchHeap(console)))
                    .addSubcommand(command(new BenchSubscribers(console))));
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

  private static CommandLine command(Object command) {
    return new CommandLine(command).addMixin("help", new HelpOption());
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"holdfast " + Version.current()};
  }
}
