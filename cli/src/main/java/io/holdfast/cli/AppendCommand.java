package io.holdfast.cli;

import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Appends JSON lines from the standard input, one bundle a line, and prints the sequence of each
 * once it is durable. Appends overlap, so that one sync confirms many lines; order is kept.
 */
@Command(
    name = "append",
    description = {
      "Appends JSON lines from stdin to the buffer in DIR, one bundle a line.",
      "Prints the sequence of each line once it survives a power cut, in the order of the lines."
    },
    customSynopsis = "holdfast append [--timeout DURATION] DIR")
final class AppendCommand implements Callable<Integer> {
  /** A line on its way; one without a future ends the input. */
  private record Pending(long line, @Nullable CompletableFuture<Long> sequence) {}

  private final Console console;
  private final InputStream input;
  private final Failures failures;
  private final LinkedBlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
  private final AtomicBoolean stopped = new AtomicBoolean();

  @Parameters(paramLabel = "DIR", description = "The buffer's directory; made when there is none.")
  private Path directory = Path.of("");

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationOption.class,
      defaultValue = "30s",
      description = "How long to wait for room in a full buffer (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofSeconds(30);

  private volatile boolean badInput;
  private volatile @Nullable Throwable inputFailure;

  AppendCommand(Console console, InputStream input, Failures failures) {
    this.console = console;
    this.input = input;
    this.failures = failures;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      Signals.onFirst(signal -> stopped.set(true));
      Thread reader = Thread.ofPlatform().name("stdin").daemon().start(() -> read(buffer));
      ExitCode code = print();
      // A reader that waits for a terminal's next line ends with the process.
      if (!stopped.get()) {
        reader.join();
      }
      return code.code();
    }
  }

  private void read(DurableBuffer buffer) {
    try (BufferAllocator allocator = new RootAllocator();
        EventBundle bundle = new EventBundle(allocator)) {
      JsonLines lines = new JsonLines(input, buffer.status().capBytes());
      for (byte[] line = lines.next(); line != null && !stopped.get(); line = lines.next()) {
        append(buffer, bundle, lines.number(), line);
      }
    } catch (JsonLines.TooLongException e) {
      complain(e.line(), 1, e.getMessage());
    } catch (IOException | RuntimeException e) {
      inputFailure = e;
    } finally {
      pending.add(new Pending(0, null));
    }
  }

  private void append(DurableBuffer buffer, EventBundle bundle, long number, byte[] line) {
    try {
      Json.parse(line);
    } catch (JsonException e) {
      complain(number, JsonLines.column(line, e.offset()), e.getMessage());
      return;
    }
    long now = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
    List<StoredEvent> event = List.of(StoredEvent.ofJson(line, now, number - 1));
    pending.add(new Pending(number, buffer.appendAsync(bundle.encode(event), timeout)));
  }

  private void complain(long line, int column, @Nullable String message) {
    badInput = true;
    console.say("stdin:" + line + ":" + column + ": error: " + message + "; the line is not kept");
  }

  private ExitCode print() throws InterruptedException {
    ExitCode code = ExitCode.DONE;
    while (true) {
      Pending next = pending.peek();
      if (next == null || (next.sequence != null && !next.sequence.isDone())) {
        // All that one sync has confirmed is printed; only now can the next line take a while.
        if (console.out().checkError()) {
          stopped.set(true);
          console.say("holdfast: nobody reads the sequences any more, so nothing more is appended");
          break;
        }
      }
      next = take();
      if (next == null || next.sequence == null) {
        break;
      }
      try {
        console.out().println(next.sequence.join());
      } catch (CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (!(cause instanceof HoldfastException)) {
          throw e;
        }
        stopped.set(true);
        console.say("stdin:" + next.line + ": the line is not confirmed, nor are those behind it");
        code = failures.report(cause);
        break;
      }
    }
    console.out().flush();
    Throwable failure = inputFailure;
    if (failure != null) {
      return failures.report(failure);
    }
    return code == ExitCode.DONE && badInput ? ExitCode.BAD : code;
  }

  /** The next line's append; null when the command was stopped and nothing is under way. */
  private @Nullable Pending take() throws InterruptedException {
    while (true) {
      Pending next = pending.poll(100, TimeUnit.MILLISECONDS);
      if (next != null || stopped.get()) {
        return next;
      }
    }
  }
}
