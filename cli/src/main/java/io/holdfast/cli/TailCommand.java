package io.holdfast.cli;

import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the events of a buffer, beside its owner or as its owner. */
@Command(
    description = {
      "Prints the events of the buffer in DIR as JSON lines.",
      "A line is {\"sequence\":N,\"value\":...}. A bundle of several events makes several lines;",
      "a bundle that holds no events makes one, with \"slots\" in place of \"value\", as export",
      "prints them.",
      "",
      "Without --ack it prints what a new subscriber would get, changes nothing and runs",
      "beside the owner. It reads what the owner has written: a power cut may still take back",
      "the last group that it printed, which append has not confirmed then.",
      "",
      "With --ack it is the owner: it opens the buffer, prints what the subscriber has not",
      "got yet, with \"attempt\", and acks what it has printed. What nobody reads is given",
      "back.",
      ""
    },
    customSynopsis = {
      "holdfast tail [--follow] DIR",
      "       holdfast tail --subscriber ID --ack [--follow] DIR"
    },
    separator = " ")
final class TailCommand implements Callable<Integer> {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The buffer's directory.")
  private Path directory = Path.of("");

  @Option(
      names = "--follow",
      description = "Go on with what is appended, until Ctrl-C or SIGTERM; the end is 0 then.")
  private boolean follow;

  @Option(
      names = "--subscriber",
      paramLabel = "ID",
      description = {
        "Whose events to print and ack; 1 to 64 of A-Z a-z 0-9 _ -. A new one",
        "starts with the earliest event that is kept."
      })
  private @Nullable String subscriber;

  @Option(names = "--ack", description = "Ack what was printed: the subscriber is done with it.")
  private boolean ack;

  TailCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    String id = subscriber;
    if (ack != (id != null)) {
      throw new CommandLine.ParameterException(
          commandLine(),
          ack
              ? "--ack needs --subscriber ID: whose progress it is"
              : "--subscriber needs --ack; what a subscriber has not resolved is printed, without"
                  + " acks, by 'holdfast export --subscriber "
                  + id
                  + "'");
    }
    StopSignal stop = StopSignal.install();
    if (id == null) {
      return new LiveTail(console, stop).run(directory, follow).code();
    }
    if (!Files.isDirectory(directory.resolve("wal"))) {
      throw new StorageException(
          directory + " holds no buffer: there is no log in its folder wal", null);
    }
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      return new AckingTail(console, stop).run(buffer, id, follow).code();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          commandLine(), String.valueOf(e.getMessage()), e, null, id);
    }
  }

  private CommandLine commandLine() {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("the command was not made by the command line's parser");
    }
    return known.commandLine();
  }
}
