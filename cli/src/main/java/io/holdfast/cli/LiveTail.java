package io.holdfast.cli;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.RecoveryReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Prints what a buffer holds beside its owner, and what is appended to it. */
final class LiveTail {
  private static final int PRINT_CHARS = 64 << 10;
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(5);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(200);

  private final Console console;
  private final StopSignal stop;
  private final Set<Object> said = new HashSet<>();
  private boolean damaged;

  LiveTail(Console console, StopSignal stop) {
    this.console = console;
    this.stop = stop;
  }

  /** Prints until the end, or until it is stopped. */
  ExitCode run(Path directory, boolean follow) throws InterruptedException {
    try (BundleReader reader =
        follow ? BundleReader.follow(directory) : BundleReader.open(directory)) {
      Duration wait = SHORTEST_WAIT;
      while (true) {
        boolean any = print(reader);
        if (console.out().checkError()) {
          console.say("holdfast: nobody reads the events any more");
          break;
        }
        sayDamage(reader.report());
        if (!follow || stop.isStopped()) {
          break;
        }
        wait = any ? SHORTEST_WAIT : Collections.min(List.of(wait.multipliedBy(2), LONGEST_WAIT));
        if (stop.await(wait)) {
          break;
        }
      }
    }
    return damaged ? ExitCode.BAD : ExitCode.DONE;
  }

  /** Prints what is there now; whether it was anything. */
  private boolean print(BundleReader reader) {
    StringBuilder out = new StringBuilder();
    boolean any = false;
    while (!stop.isStopped()) {
      BundleReader.Item item = reader.next();
      if (item == null) {
        break;
      }
      any = true;
      try {
        EventLines.append(out, "\"sequence\":" + text(item.sequence()), item.bundle());
      } catch (CorruptException e) {
        damaged = true;
        console.say("holdfast: " + e.getMessage());
      }
      if (out.length() >= PRINT_CHARS) {
        console.out().append(out);
        out.setLength(0);
        if (console.out().checkError()) {
          return true;
        }
      }
    }
    console.out().append(out);
    return any;
  }

  private static String text(OptionalLong sequence) {
    return sequence.isPresent() ? Long.toString(sequence.getAsLong()) : "null";
  }

  private void sayDamage(RecoveryReport report) {
    damaged |= report.isDamaged();
    report.damage().forEach(range -> sayOnce(range, "damaged and left out: " + range));
    report.missing().forEach(range -> sayOnce(range, "missing: " + range));
    report.notes().forEach(note -> sayOnce(note, note));
  }

  private void sayOnce(Object what, String text) {
    if (said.add(what)) {
      console.say(text);
    }
  }
}
