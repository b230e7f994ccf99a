package io.holdfast.cli;

import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists, prints, replays and purges dead letters. */
@Command(
    description = {
      "Shows what the subscribers of the buffer in DIR have given up, and why.",
      "These are its dead letters. Changes nothing and may run beside the owner; what the",
      "owner has replayed or purged within the last second may still be shown.",
      "",
      "With --replay or --purge it is the owner: it opens the buffer, so nobody else may have",
      "it open. A letter that is replayed comes to its own subscriber again, and to no other,",
      "before what is newer, when that subscriber takes bundles next; acked, it is a letter",
      "no more.",
      ""
    },
    customSynopsis = {
      "holdfast letters [--json | --export] [--subscriber ID] DIR",
      "       holdfast letters --replay [--subscriber ID] [--number N]... DIR",
      "       holdfast letters --purge --yes [--subscriber ID] [--number N]... DIR"
    },
    separator = " ")
final class LettersCommand implements Callable<Integer> {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The buffer's directory.")
  private Path directory = Path.of("");

  @Option(
      names = "--subscriber",
      paramLabel = "ID",
      description = "Only this subscriber's; needed to change some when several have any.")
  private @Nullable String subscriber;

  @Option(
      names = "--number",
      paramLabel = "N",
      description = "Only the letter with this number; may be given several times.")
  private List<Long> numbers = new ArrayList<>();

  @Option(names = "--json", description = "A JSON line for each letter, for programs.")
  private boolean json;

  @Option(
      names = "--export",
      description = {
        "Print the events as JSON lines,",
        "{\"subscriber\":..,\"number\":..,\"sequence\":..,\"reason\":..,\"value\":..}."
      })
  private boolean export;

  @Option(names = "--replay", description = "Put them in line for their subscriber again.")
  private boolean replay;

  @Option(names = "--purge", description = "Delete them for ever.")
  private boolean purge;

  @Option(
      names = "--yes",
      description = "Really purge; without it --purge says what would be deleted, and ends with 2.")
  private boolean yes;

  LettersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if ((json ? 1 : 0) + (export ? 1 : 0) + (replay ? 1 : 0) + (purge ? 1 : 0) > 1) {
      throw wrong("--json, --export, --replay and --purge exclude each other: choose one");
    }
    if (yes && !purge) {
      throw wrong("--yes goes with --purge");
    }
    if (!Files.isDirectory(directory.resolve("wal"))) {
      throw new StorageException(
          directory + " holds no buffer: there is no log in its folder wal", null);
    }
    LetterListing listing;
    try {
      listing = new LetterListing(console, directory, subscriber, numbers);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    if (replay || purge) {
      List<String> owners = listing.owners();
      String owner = owner(owners);
      if (subscriber != null && !owners.contains(subscriber)) {
        throw wrong(hasNone(subscriber));
      }
      if (replay || yes) {
        return change(owner).code();
      }
      console.say("holdfast: would delete " + listing.sum() + " for ever; say --yes as well");
      return ExitCode.USAGE.code();
    }
    return (json ? listing.json() : export ? listing.export() : listing.table()).code();
  }

  /** Whose letters are to be changed; empty when there are none. */
  private @Nullable String owner(List<String> owners) {
    if (subscriber != null) {
      return subscriber;
    }
    if (owners.size() > 1) {
      throw wrong("several subscribers have dead letters, name one with --subscriber: " + owners);
    }
    return owners.isEmpty() ? null : owners.getFirst();
  }

  private String hasNone(String id) {
    List<String> others = new LetterListing(console, directory, null, List.of()).owners();
    return "subscriber "
        + id
        + " is not there or has no dead letters; "
        + (others.isEmpty() ? "nobody has any" : "these have some: " + String.join(", ", others));
  }

  private ExitCode change(@Nullable String owner) {
    long changed = 0;
    boolean all = true;
    if (owner != null) {
      try (DurableBuffer buffer = DurableBuffer.open(directory)) {
        DeadLetters letters = buffer.deadLetters(owner);
        if (numbers.isEmpty()) {
          changed = replay ? letters.replayAll() : letters.purgeAll();
        }
        for (long number : numbers) {
          if (replay ? letters.replay(number) : letters.purge(number)) {
            changed++;
          } else {
            all = false;
            console.say("holdfast: " + owner + " has no dead letter " + number);
          }
        }
      }
    }
    console
        .out()
        .println(
            LetterListing.count(changed, "letter")
                + (replay ? " in line again" : " deleted")
                + (owner == null ? "" : (replay ? " for " : " of ") + owner));
    return all ? ExitCode.DONE : ExitCode.BAD;
  }

  private CommandLine.ParameterException wrong(String message) {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("the command was not made by the command line's parser");
    }
    return new CommandLine.ParameterException(known.commandLine(), message);
  }
}
