package io.holdfast.cli;

import io.holdfast.cli.bench.Folders;
import io.holdfast.cli.bench.SyncCost;
import io.holdfast.testkit.torture.BrokenPromiseException;
import io.holdfast.testkit.torture.Torture;
import io.holdfast.testkit.torture.Witness;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Kills buffers on the user's own disk, and checks what is left of them. */
@Command(
    description = {
      "Kills buffers on your disk, and checks what is left of them.",
      "Starts a process that appends to a buffer in DIR and acks what it takes, kills it at a",
      "random moment, opens the buffer and compares what is there with what that process was",
      "promised; again and again. Then says how long a sync really takes there. DIR must not",
      "exist, and is removed again when nothing was lost. A kill is no power cut: what the",
      "system has in its memory survives it.",
      ""
    },
    customSynopsis = "holdfast torture [--minutes N] [--seed N] DIR")
final class TortureCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "Where to write.")
  private Path directory = Path.of("");

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "1",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private double minutes = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides the moments, as far as a machine repeats itself.")
  private @Nullable Long seed;

  TortureCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Files.exists(directory)) {
      throw new FileAlreadyExistsException(
          directory.toString(), null, "exists already; name a directory that does not");
    }
    long number = Optional.ofNullable(seed).orElseGet(ThreadLocalRandom.current()::nextLong);
    Torture torture = new Torture(directory, number);
    torture.prepare();
    long total = (long) (minutes * TimeUnit.MINUTES.toNanos(1));
    long started = System.nanoTime();
    try (ProgressBar bar = new ProgressBar(console.err(), ProgressBar.hasTerminal())) {
      do {
        bar.at(Math.min(total, System.nanoTime() - started), total);
        torture.round();
      } while (System.nanoTime() - started < total);
    } catch (BrokenPromiseException broken) {
      console.say("holdfast: " + broken.getMessage());
      console.say(
          "holdfast: a promise was broken after "
              + torture.witness().lives()
              + " deaths; seed "
              + number
              + "; "
              + directory
              + " is left as it is: please report this with a copy of it");
      return ExitCode.BAD.code();
    }
    tell(torture.witness(), number);
    SyncCost cost = SyncCost.in(directory);
    console
        .out()
        .printf(
            Locale.ROOT,
            "a write of %d bytes with its sync takes %.0f us there at p50, %.0f us at p99%n",
            SyncCost.BYTES,
            cost.p50Nanos() / 1e3,
            cost.p99Nanos() / 1e3);
    Folders.remove(directory);
    console.out().flush();
    return ExitCode.DONE.code();
  }

  private void tell(Witness witness, long number) {
    console
        .out()
        .printf(
            "%,d deaths survived: %,d bundles confirmed, %,d deliveries checked, none missing,"
                + " none wrong (seed %d)%n",
            witness.lives(), witness.confirmed(), witness.checked(), number);
  }
}
