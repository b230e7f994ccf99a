package io.holdfast.cli;

import io.holdfast.engine.CorruptException;
import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.DeadLetterReader;
import io.holdfast.engine.RecordBundle;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints dead letters beside the owner of the buffer. */
final class LetterListing {
  /** Of a reason, so much is shown in a table. */
  private static final int REASON_CHARS = 100;

  private final Console console;
  private final Path directory;
  private final List<String> subscribers;
  private final Set<Long> numbers;
  private boolean damaged;

  /**
   * A listing.
   *
   * @param subscriber only the letters of this one; null for all
   * @param numbers only these; empty for all
   * @throws IllegalArgumentException when the subscriber's id is not legal
   */
  LetterListing(Console console, Path directory, @Nullable String subscriber, List<Long> numbers) {
    this.console = console;
    this.directory = directory;
    this.numbers = Set.copyOf(numbers);
    if (subscriber == null) {
      this.subscribers = DeadLetterReader.subscribers(directory);
    } else {
      DeadLetterReader.open(directory, subscriber).close();
      this.subscribers = List.of(subscriber);
    }
  }

  /** What is done with a letter. */
  @FunctionalInterface
  private interface Printer {
    void print(String subscriber, DeadLetter letter, RecordBundle bundle);
  }

  /** {@code 1 letter}, {@code 2 letters}. */
  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** The subscribers that have letters. */
  List<String> owners() {
    List<String> owners = new ArrayList<>();
    for (String id : subscribers) {
      try (DeadLetterReader letters = DeadLetterReader.open(directory, id)) {
        if (letters.count() > 0) {
          owners.add(id);
        }
      }
    }
    return owners;
  }

  /** How many letters and rows there are, for people. */
  String sum() {
    long[] sums = new long[2];
    each(
        (subscriber, letter, bundle) -> {
          sums[0]++;
          sums[1] += rows(bundle);
        });
    return count(sums[0], "letter") + " with " + count(sums[1], "row");
  }

  /** For people. */
  ExitCode table() {
    Table table =
        new Table("subscriber", "number", "sequence", "given up", "attempts", "rows", "reason");
    long[] found = new long[1];
    each(
        (subscriber, letter, bundle) -> {
          found[0]++;
          table.row(
              subscriber,
              letter.number(),
              letter.sequence().isPresent() ? letter.sequence().getAsLong() : "?",
              time(letter.givenUpEpochNanos()),
              letter.attempts(),
              rows(bundle),
              (letter.isReplayed() ? "(in line again) " : "") + shortened(letter.reason()));
        });
    if (found[0] == 0) {
      console.out().println("no dead letters");
    } else {
      table.lines().forEach(console.out()::println);
    }
    return end();
  }

  /** For programs. */
  ExitCode json() {
    each(
        (subscriber, letter, bundle) -> {
          Map<String, Object> members = new LinkedHashMap<>();
          members.put("subscriber", subscriber);
          members.put("number", letter.number());
          members.put("sequence", letter.sequence());
          members.put("reason", letter.reason());
          members.put("given_up_ts_nanos", letter.givenUpEpochNanos());
          members.put("ingestion_ts_nanos", letter.ingestionEpochNanos());
          members.put("attempts", letter.attempts());
          members.put("rows", rows(bundle));
          members.put("replayed", letter.isReplayed());
          console.out().println(JsonText.of(members));
        });
    return end();
  }

  /** The events themselves. */
  ExitCode export() {
    each(
        (subscriber, letter, bundle) -> {
          Map<String, Object> head = new LinkedHashMap<>();
          head.put("subscriber", subscriber);
          head.put("number", letter.number());
          head.put("sequence", letter.sequence());
          head.put("reason", letter.reason());
          String members = JsonText.of(head);
          StringBuilder lines = new StringBuilder();
          EventLines.append(lines, members.substring(1, members.length() - 1), bundle);
          console.out().append(lines);
        });
    return end();
  }

  private void each(Printer printer) {
    for (String id : subscribers) {
      try (DeadLetterReader letters = DeadLetterReader.open(directory, id)) {
        for (DeadLetterReader.Item item = letters.next(); item != null; item = letters.next()) {
          if (numbers.isEmpty() || numbers.contains(item.letter().number())) {
            print(printer, id, item);
          }
        }
        damaged |= letters.report().isDamaged();
        letters.report().damage().forEach(it -> console.say("damaged and left out: " + it));
      }
    }
  }

  private void print(Printer printer, String id, DeadLetterReader.Item item) {
    try {
      printer.print(id, item.letter(), item.bundle());
    } catch (CorruptException e) {
      damaged = true;
      console.say("holdfast: " + e.getMessage());
    }
  }

  private ExitCode end() {
    if (console.out().checkError()) {
      console.say("holdfast: nobody reads the letters any more, or they cannot be written");
    }
    return damaged ? ExitCode.BAD : ExitCode.DONE;
  }

  private static int rows(RecordBundle bundle) {
    return bundle.slots().isEmpty() ? 0 : bundle.slots().getFirst().rowCount();
  }

  private static String time(long epochNanos) {
    return epochNanos == 0
        ? "?"
        : Instant.EPOCH
            .plus(epochNanos, ChronoUnit.NANOS)
            .truncatedTo(ChronoUnit.SECONDS)
            .toString();
  }

  /** On one line, and not too long for one. */
  private static String shortened(String reason) {
    String line = reason.replaceAll("\\s+", " ").strip();
    return line.length() <= REASON_CHARS ? line : line.substring(0, REASON_CHARS) + "…";
  }
}
