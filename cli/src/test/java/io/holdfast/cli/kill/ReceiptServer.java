package io.holdfast.cli.kill;

import io.holdfast.engine.TimeSource;
import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Settlement;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.SourceContext;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.server.Configuration;
import io.holdfast.server.Plan;
import io.holdfast.server.Server;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A server whose sources are told what became of their events, and say so: a line {@code accepted
 * LIFE NUMBER} for each that was accepted, {@code failed …} for each that was not. Everything else
 * is as in {@code holdfast server run}. It ends when its standard input does.
 */
public final class ReceiptServer {
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private ReceiptServer() {}

  /** The data directory, then the files of the configuration. */
  public static void main(String[] arguments) throws InterruptedException {
    Thread.ofPlatform().daemon().start(ReceiptServer::endWithInput);
    Path data = Path.of(arguments[0]);
    Path here = Path.of("").toAbsolutePath();
    List<Path> files = Arrays.stream(arguments).skip(1).map(Path::of).toList();
    Plan plan = Configuration.read(files, data, here).plan();
    Plan withReceipts =
        new Plan(
            plan.sources().stream().map(ReceiptServer::withReceipts).toList(),
            plan.pipelines(),
            plan.sinks(),
            plan.links());
    Server server = Server.start(withReceipts, data, here);
    new CountDownLatch(1).await();
    server.stop(Duration.ZERO);
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // It is gone: the same.
    }
    Runtime.getRuntime().halt(0);
  }

  private static Plan.Connector<Source> withReceipts(Plan.Connector<Source> connector) {
    Blueprint<Source> blueprint = connector.blueprint();
    return new Plan.Connector<>(
        connector.name(),
        new Blueprint<>(
            blueprint.type(),
            blueprint.description(),
            () -> {
              Source source = blueprint.make();
              return context -> source.run(new Context(context));
            }));
  }

  private static void say(Event event, String word) {
    if (event.value() instanceof RecordValue fields
        && fields.get("life") instanceof Value.Int(long life)
        && fields.get("number") instanceof Value.Int(long number)) {
      OUT.println(word + " " + life + " " + number);
    }
  }

  /** Listens in on what the source is told. */
  private record Context(SourceContext host) implements SourceContext {
    @Override
    public String name() {
      return host.name();
    }

    @Override
    public TimeSource time() {
      return host.time();
    }

    @Override
    public boolean isOpen() {
      return host.isOpen();
    }

    @Override
    public void awaitOpen() throws InterruptedException {
      host.awaitOpen();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      host.sleep(duration);
    }

    @Override
    public void emit(List<Event> events, Settlement settlement) {
      host.emit(
          events,
          (event, outcome) -> {
            say(event, outcome.isAcked() ? "accepted" : "failed");
            settlement.settled(event, outcome);
          });
    }

    @Override
    public void requestStop() {
      host.requestStop();
    }

    @Override
    public void warn(String text) {
      host.warn(text);
    }
  }
}
