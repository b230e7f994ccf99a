package io.holdfast.cli;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.LockedException;
import io.holdfast.engine.OutcomeUnknownException;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.TooLargeException;
import io.holdfast.engine.UnsupportedVersionException;
import io.holdfast.pipeline.config.DidYouMean;
import io.holdfast.script.Diagnostic;
import io.holdfast.server.ConfigurationException;
import io.holdfast.server.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what a command throws into what the person reads and what the shell is told. A stack trace
 * is printed for a defect of Holdfast only.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Console console;

  Failures(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    Set<String> known = command.getCommandSpec().optionsMap().keySet();
    // Picocli's own words otherwise: they are good for everything but a misspelt option.
    Optional<String> unknown =
        String.valueOf(e.getMessage()).startsWith("Unknown option")
            ? unknownOption(arguments, known)
            : Optional.empty();
    console.say(
        "holdfast: "
            + unknown
                .map(it -> "unknown option '" + it + "'; " + DidYouMean.hint(it, known))
                .orElse(e.getMessage()));
    if (unknown.isPresent() || !UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      console.say("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    command.getErr().flush();
    return ExitCode.USAGE.code();
  }

  /** The first long option that the command does not have. */
  private static Optional<String> unknownOption(String[] arguments, Set<String> known) {
    return Arrays.stream(arguments)
        .takeWhile(argument -> !argument.equals("--"))
        .filter(argument -> argument.startsWith("--"))
        .map(argument -> argument.replaceFirst("=.*", ""))
        .filter(argument -> !known.contains(argument))
        .findFirst();
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    console.out().flush();
    return report(e).code();
  }

  /** Says what went wrong, and returns what the shell is told. */
  ExitCode report(Throwable failure) {
    if (failure instanceof ConfigurationException e) {
      ConfigurationOptions.show(console, e.diagnostics());
      long errors = e.diagnostics().stream().filter(Failures::isError).count();
      console.say("holdfast: " + errors + (errors == 1 ? " error" : " errors") + ", nothing runs");
      return ExitCode.BAD;
    }
    if (failure instanceof EnvironmentException e) {
      console.say("holdfast: " + e.getMessage());
      return ExitCode.ENVIRONMENT;
    }
    if (failure instanceof HoldfastException e) {
      console.say("holdfast: " + e.getMessage());
      return exitCode(e);
    }
    Throwable io = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    if (io instanceof IOException e) {
      console.say("holdfast: " + sentence(e));
      return ExitCode.ENVIRONMENT;
    }
    console.say("holdfast: this is a defect of Holdfast, please report it with these lines:");
    failure.printStackTrace(console.err());
    return ExitCode.BAD;
  }

  /** Which side a failure of the engine is on: the data's or the environment's. */
  static ExitCode exitCode(HoldfastException failure) {
    return switch (failure) {
      case LockedException _,
          StorageException _,
          BufferFullException _,
          OutcomeUnknownException _ ->
          ExitCode.ENVIRONMENT;
      case CorruptException _,
          UnsupportedVersionException _,
          TooLargeException _,
          ClosedException _ ->
          ExitCode.BAD;
    };
  }

  private static boolean isError(Diagnostic found) {
    return found.severity() == Diagnostic.Severity.ERROR;
  }

  private static String sentence(IOException e) {
    return switch (e) {
      case NoSuchFileException n -> n.getFile() + ": no such file";
      case AccessDeniedException a -> a.getFile() + ": no permission";
      case NotDirectoryException n -> n.getFile() + ": not a directory";
      case FileSystemException f ->
          f.getFile() + ": " + (f.getReason() == null ? "the system refuses it" : f.getReason());
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
