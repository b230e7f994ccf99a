package io.holdfast.cli;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.pipeline.config.ConfigError;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.direct.DirectQuery;
import io.holdfast.script.Diagnostic;
import io.holdfast.script.Environment;
import io.holdfast.script.ImportPath;
import io.holdfast.script.LoadException;
import io.holdfast.script.Query;
import io.holdfast.script.Script;
import io.holdfast.script.ScriptInstance;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import io.holdfast.server.Version;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a script or a query over the lines of a file, without a server. */
@Command(
    description = {
      "Runs a script (.tremor) or a query (.trickle) over events.",
      "Takes them one a line of the input and prints what comes out, one a line. Ends with 1",
      "when something went wrong."
    },
    customSynopsis = "holdfast run [OPTIONS] [-i IN] [-o OUT] FILE",
    separator = " ")
final class RunCommand implements Callable<Integer> {
  /** Where the time of an event comes from. */
  enum Clock {
    /** The time at which it is read. */
    NOW,
    /** The number of its line, from 0, in nanoseconds; no timer runs. */
    INDEX
  }

  private final Console console;
  private final InputStream standardInput;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The script or query.")
  private Path file = Path.of("");

  @Option(
      names = {"-i", "--input"},
      paramLabel = "IN",
      defaultValue = "-",
      description = "Where events come from; - is stdin, which is the default.")
  private String input = "-";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      defaultValue = "-",
      description = "Where events go; - is stdout, which is the default.")
  private String output = "-";

  @Option(
      names = "--ports",
      description = "Print each event with its port and metadata, those of the port err too.")
  private boolean ports;

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      defaultValue = "NOW",
      description =
          "now: an event has the time at which it is read (default); index: the number "
              + "of its line, from 0, in nanoseconds, and no timer runs.")
  private Clock clock = Clock.NOW;

  @Option(
      names = "--event-time",
      paramLabel = "FIELD",
      description = "The field of an event that holds its time, in nanoseconds; no timer runs.")
  private @Nullable String eventTime;

  @Option(
      names = "--origin",
      paramLabel = "URI",
      defaultValue = "tremor-script://localhost",
      description = "Where events say that they come from (default: ${DEFAULT-VALUE}).")
  private URI origin = URI.create("tremor-script://localhost");

  @Option(
      names = "--import-path",
      paramLabel = "DIR",
      description =
          "A directory of modules; repeatable. Searched before the one of FILE and those of "
              + "TREMOR_PATH.")
  private List<Path> importPath = new ArrayList<>();

  @Option(
      names = "--decoder",
      paramLabel = "CODEC",
      converter = CodecOption.class,
      description =
          "What a line is: json, string, binary, binflux, csv, influx, msgpack, null, statsd, "
              + "syslog or yaml. Else the ending of IN says it.")
  private @Nullable Codec decoder;

  @Option(
      names = "--encoder",
      paramLabel = "CODEC",
      converter = CodecOption.class,
      description = "What is printed, likewise. Else the ending of OUT says it.")
  private @Nullable Codec encoder;

  RunCommand(Console console, InputStream standardInput) {
    this.console = console;
    this.standardInput = standardInput;
  }

  @Override
  public Integer call() throws IOException {
    RunProgram program;
    try {
      program = load();
    } catch (LoadException e) {
      e.diagnostics().forEach(this::show);
      sayNothingRuns(
          e.diagnostics().stream()
              .filter(it -> it.severity() == Diagnostic.Severity.ERROR)
              .count());
      return ExitCode.BAD.code();
    }
    if (program == null) {
      return ExitCode.BAD.code();
    }
    boolean fromStdin = input.equals("-");
    boolean toStdout = output.equals("-");
    if (!fromStdin && Files.isDirectory(Path.of(input))) {
      throw new FileSystemException(input, null, "is a directory");
    }
    // A pipe has no size.
    long bytes = fromStdin ? 0 : Files.size(Path.of(input));
    boolean isShown = bytes > 0 && !toStdout && ProgressBar.hasTerminal();
    try (InputStream in = fromStdin ? standardInput : Files.newInputStream(Path.of(input));
        OutputStream out =
            toStdout
                ? new BufferedOutputStream(console.out())
                : new BufferedOutputStream(Files.newOutputStream(Path.of(output)));
        ProgressBar bar = new ProgressBar(console.err(), isShown)) {
      Codec codec = encoder == null ? CodecOption.ofFile(output) : encoder;
      RunOutput printed = new RunOutput(out, console, bar, codec, ports);
      RunClock times = new RunClock(clock == Clock.INDEX, eventTime, origin);
      RunInput lines =
          new RunInput(
              in,
              fromStdin ? "stdin" : input,
              decoder == null ? CodecOption.ofFile(input) : decoder,
              times);
      boolean fine = new RunLoop(program, lines, printed, times, bar, bytes).run();
      return (fine ? ExitCode.DONE : ExitCode.BAD).code();
    }
  }

  private void sayNothingRuns(long errors) {
    console.say("holdfast: " + errors + (errors == 1 ? " error" : " errors") + ", nothing runs");
  }

  private void show(Diagnostic diagnostic) {
    console.say(diagnostic.render());
  }

  /** An error in the settings of an operator, with the line that it is in. */
  private static Diagnostic diagnostic(SourceFile source, ConfigError error) {
    int begin = source.offset(error.location().line(), error.location().column());
    return Diagnostic.error(source, new Span(begin, begin), error.message(), null);
  }

  private @Nullable RunProgram load() throws IOException {
    SourceFile source = SourceFile.read(file);
    ImportPath path = ImportPath.beside(file, importPath, System.getenv("TREMOR_PATH"));
    Environment environment = Environment.system("tremor", Version.current());
    String name = file.toString();
    if (name.endsWith(".tremor")) {
      Script script = Script.load(source, path);
      script.warnings().forEach(this::show);
      ScriptInstance instance = script.start(environment);
      return RunProgram.of(instance);
    }
    if (!name.endsWith(".trickle")) {
      CommandSpec command = spec;
      if (command == null) {
        throw new IllegalStateException("not called by the command line");
      }
      throw new ParameterException(
          command.commandLine(),
          "'" + name + "' is neither a script (.tremor) nor a query (.trickle)");
    }
    Query query = Query.load(source, path);
    query.warnings().forEach(this::show);
    ConfigErrors errors = new ConfigErrors();
    DirectQuery direct = DirectQuery.of(query, environment, errors);
    if (direct == null) {
      errors.list().forEach(it -> show(diagnostic(source, it)));
      sayNothingRuns(errors.size());
      return null;
    }
    return RunProgram.of(direct);
  }
}
