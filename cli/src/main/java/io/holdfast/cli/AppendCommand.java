package io.holdfast.cli;

import io.holdfast.engine.BatchStreamReader;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.RecordBundle;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import java.io.BufferedInputStream;
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
 * Appends JSON lines or Arrow record batches from the standard input, a bundle each, and prints the
 * sequence of each once it is durable. Appends overlap, so that one sync confirms many of them;
 * order is kept.
 */
@Command(
    description = {
      "Appends JSON lines from stdin to the buffer in DIR, one bundle a line.",
      "With --format arrow stdin is one Arrow IPC stream, or several behind each other, and",
      "each record batch is a bundle: slot 0, its fingerprint the SHA-256 of the schema's IPC",
      "message. Batches with the columns of an event bundle are events. Prints the sequence",
      "of each bundle once it survives a power cut, in their order.",
      ""
    },
    customSynopsis = "holdfast append [--format jsonl|arrow] [--timeout DURATION] DIR")
final class AppendCommand implements Callable<Integer> {
  /** A bundle on its way; one without a future ends the input. */
  private record Pending(String what, @Nullable CompletableFuture<Long> sequence) {}

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

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = FormatOption.class,
      defaultValue = "jsonl",
      description = "What stdin carries: jsonl or arrow (default: ${DEFAULT-VALUE}).")
  private FormatOption.Format format = FormatOption.Format.JSONL;

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
    switch (format) {
      case JSONL -> readLines(buffer);
      case ARROW -> readBatches(buffer);
    }
  }

  private void readBatches(DurableBuffer buffer) {
    try (BatchStreamReader batches =
        new BatchStreamReader(
            new BufferedInputStream(input), "stdin", buffer.status().capBytes())) {
      long number = 0;
      for (RecordBundle bundle = batches.next();
          bundle != null && !stopped.get();
          bundle = batches.next()) {
        number++;
        RecordBundle.Slot batch = bundle.slots().getFirst();
        if (batch.root().getSchema().equals(EventBundle.SCHEMA)) {
          bundle = RecordBundle.of(EventBundle.FINGERPRINT, batch.root());
        }
        pending.add(new Pending("record batch " + number, buffer.appendAsync(bundle, timeout)));
      }
    } catch (IOException | RuntimeException e) {
      inputFailure = e;
    } finally {
      pending.add(new Pending("", null));
    }
  }

  private void readLines(DurableBuffer buffer) {
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
      pending.add(new Pending("", null));
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
    pending.add(new Pending("line " + number, buffer.appendAsync(bundle.encode(event), timeout)));
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
        console.say("stdin: " + next.what + " is not confirmed, nor is what follows it");
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
