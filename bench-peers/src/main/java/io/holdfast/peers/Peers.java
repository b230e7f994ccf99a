package io.holdfast.peers;

import static io.holdfast.peers.Measure.PER_SECOND;
import static io.holdfast.peers.Measure.RESTART_NANOS;
import static io.holdfast.peers.Measure.WHOLE_NANOS;
import static io.holdfast.peers.Measure.WRITTEN_PER_BYTE;

import io.holdfast.cli.bench.Scratch;
import io.holdfast.cli.bench.SyncCost;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures ours and the others in turn on one disk, and prints all tables. */
@Command(
    name = "peers",
    description = "Measures Holdfast beside what else a user would pick, in turn on one disk.",
    mixinStandardHelpOptions = true)
public final class Peers implements Callable<Integer> {
  /** What can be measured. */
  enum What {
    /** Durable appends that nobody takes. */
    APPEND,
    /** Durable appends with a subscriber that takes and acks all. */
    SUBSCRIBER,
    /** Restart with a backlog, and its drain. */
    BACKLOG,
    /** The calls that sync, counted with strace. */
    SYNCS,
    /** Bundles of rows, with the Rust engine. */
    QUIVER
  }

  /** Of the Rust engine. */
  private static final int DEFAULT_INTERVAL = 25;

  /** A log of about 114 MiB, which neither engine has moved to segments yet. */
  private static final int LOG_BUNDLES = 2100;

  private static final int LOG_ROWS = 1000;
  private static final int SUSTAINED_BUNDLES = 20_000;
  private static final int DELIVERED_BUNDLES = 500;

  /** A bundle of so many is about as long as a small record. */
  private static final int ROWS_TRACED = 10;

  @Parameters(paramLabel = "DIR", description = "Where to write; made when it is not there.")
  private Path directory = Path.of("");

  @Option(
      names = "--what",
      split = ",",
      description = "Which tables (default: all that this machine has the parts for).")
  private List<What> what = List.of(What.values());

  @Option(names = "--peers", split = ",", description = "Beside Holdfast; all by default.")
  private List<String> names = List.of();

  @Option(names = "--sizes", split = ",", description = "KiB of a record (default: 1,64).")
  private List<Integer> sizes = List.of(1, 64);

  @Option(names = "--producers", split = ",", description = "Threads that append (default: 1,64).")
  private List<Integer> producers = List.of(1, 64);

  @Option(names = "--rows", split = ",", description = "Of a bundle (default: 100,1000,8192).")
  private List<Integer> rows = List.of(100, 1000, 8192);

  @Option(names = "--rounds", description = "How often each is measured (default: 3).")
  private int rounds = 3;

  @Option(names = "--millis", description = "How long a run appends (default: 1000).")
  private long millis = 1000;

  @Option(names = "--backlog", description = "MiB of a backlog (default: 96).")
  private int backlog = 96;

  @Option(names = "--quiver", description = "The program of interop/, built for speed.")
  private @Nullable Path quiver;

  @Option(names = "--plots", description = "A folder for the plots.")
  private @Nullable Path plots;

  @Option(names = "--json", description = "One JSON document a line, for programs.")
  private boolean json;

  private Peers() {}

  /** Held, because a logger that nobody holds forgets its level: Chronicle tells of slow syncs. */
  private static final List<Logger> LOGGERS =
      Stream.of("net.openhft", "org.apache.activemq", "org.apache.arrow")
          .map(Logger::getLogger)
          .toList();

  /** Runs the command, and ends the process with its exit code. */
  public static void main(String[] arguments) {
    LOGGERS.forEach(logger -> logger.setLevel(Level.SEVERE));
    System.exit(
        new CommandLine(new Peers()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(directory)) {
      measure(work.folder(), SyncCost.in(work.folder()).p50Nanos());
    }
    return 0;
  }

  private void measure(Path work, long syncNanos) throws IOException, InterruptedException {
    List<Peer> all =
        Peer.there().stream()
            .filter(
                peer -> peer == Peer.HOLDFAST || names.isEmpty() || names.contains(peer.toString()))
            .toList();
    Duration time = Duration.ofMillis(millis);
    if (what.contains(What.APPEND)) {
      Appending run = new Appending(work, syncNanos, false);
      Comparison table = new Comparison("durable append, all is kept", rounds);
      loads(table, all, load -> peer -> () -> run.run(peer, load, time));
      show(table, Map.of("peers-append", PER_SECOND, "peers-written", WRITTEN_PER_BYTE));
    }
    if (what.contains(What.SUBSCRIBER)) {
      Appending run = new Appending(work, syncNanos, true);
      Comparison table = new Comparison("durable append with a subscriber that acks", rounds);
      loads(table, all, load -> peer -> () -> run.run(peer, load, time));
      show(table, Map.of("peers-subscriber", PER_SECOND));
    }
    if (what.contains(What.BACKLOG)) {
      Backlog run = new Backlog(work, syncNanos);
      Comparison table = new Comparison("restart with a backlog, and its drain", rounds);
      for (int size : sizes) {
        int count = backlog * 1024 / size;
        table.measure(
            count + " of " + size + " KiB",
            contenders(all, peer -> () -> run.run(peer, size << 10, count)));
      }
      show(table, Map.of("peers-restart", RESTART_NANOS, "peers-backlog", WHOLE_NANOS));
    }
    if (what.contains(What.SYNCS)) {
      syncs(work, syncNanos, all);
    }
    if (what.contains(What.QUIVER) && quiver != null) {
      quiver(quiver, work, false, "bundles, all are kept", "quiver-append");
      quiver(quiver, work, true, "bundles with a subscriber that acks", "quiver-subscriber");
      sustained(quiver, work);
      deliveries(quiver, work);
      log(quiver, work);
    }
  }

  private void syncs(Path work, long syncNanos, List<Peer> all)
      throws IOException, InterruptedException {
    if (!SyncCount.isThere()) {
      System.err.println("syncs are not counted: there is no strace that may trace");
      return;
    }
    SyncCount run = new SyncCount(work, syncNanos);
    Comparison table = new Comparison("calls that sync, for each append", 1);
    for (int count : producers) {
      Load load = new Load(sizes.getFirst() << 10, count);
      List<Comparison.Contender> contenders =
          new ArrayList<>(contenders(all, peer -> () -> run.run(peer, load)));
      if (quiver != null) {
        Path program = quiver;
        for (int interval : new int[] {0, DEFAULT_INTERVAL}) {
          contenders.add(
              new Comparison.Contender(
                  "Quiver, " + interval + " ms",
                  () -> run.run(program, ROWS_TRACED, count, interval)));
        }
      }
      table.measure(load.toString(), contenders);
    }
    show(table, Map.of());
  }

  private void quiver(Path program, Path work, boolean subscriber, String title, String plot)
      throws IOException, InterruptedException {
    Bundles ours = new Bundles(work, subscriber, Duration.ofMillis(millis), Long.MAX_VALUE);
    Quiver its = new Quiver(program, work, subscriber, 0);
    Comparison table = new Comparison(title, rounds);
    for (int row : rows) {
      for (int count : producers) {
        table.measure(
            row + " rows, " + Load.producers(count),
            List.of(
                new Comparison.Contender("Holdfast", () -> ours.run(row, count)),
                new Comparison.Contender("Quiver, 0 ms", () -> its.run(row, count, 0)),
                new Comparison.Contender(
                    "Quiver, 25 ms", () -> its.run(row, count, DEFAULT_INTERVAL))));
      }
    }
    show(table, Map.of(plot, PER_SECOND));
  }

  private void sustained(Path program, Path work) throws IOException, InterruptedException {
    Bundles ours = new Bundles(work, true, Duration.ofMinutes(10), SUSTAINED_BUNDLES);
    Quiver its = new Quiver(program, work, true, SUSTAINED_BUNDLES);
    Comparison table = new Comparison(SUSTAINED_BUNDLES + " bundles with a subscriber", rounds);
    for (int count : producers) {
      table.measure(
          LOG_ROWS + " rows, " + Load.producers(count),
          List.of(
              new Comparison.Contender("Holdfast", () -> ours.run(LOG_ROWS, count)),
              new Comparison.Contender(
                  "Quiver, 25 ms", () -> its.run(LOG_ROWS, count, DEFAULT_INTERVAL))));
    }
    show(table, Map.of());
  }

  private void deliveries(Path program, Path work) throws IOException, InterruptedException {
    Quiver its = new Quiver(program, work, true, 0);
    Comparison table = new Comparison("from the append of a bundle to its delivery", rounds);
    for (int row : rows) {
      table.measure(
          row + " rows",
          List.of(
              new Comparison.Contender(
                  "Holdfast", () -> Bundles.deliver(work, row, DELIVERED_BUNDLES)),
              new Comparison.Contender(
                  "Quiver, its flush after each append",
                  () -> its.deliver(row, DELIVERED_BUNDLES, List.of("--flush-every-ms", "0"))),
              new Comparison.Contender(
                  "Quiver, the same, synced",
                  () ->
                      its.deliver(
                          row,
                          DELIVERED_BUNDLES,
                          List.of("--flush-every-ms", "0", "--flush-interval-ms", "0"))),
              new Comparison.Contender(
                  "Quiver, its flush each 100 ms",
                  () -> its.deliver(row, DELIVERED_BUNDLES, List.of("--flush-every-ms", "100")))));
    }
    show(table, Map.of());
  }

  private void log(Path program, Path work) throws IOException, InterruptedException {
    Quiver its = new Quiver(program, work, false, 0);
    Comparison table = new Comparison("opening a log of 1,000 rows a bundle", rounds);
    table.measure(
        LOG_BUNDLES + " bundles",
        List.of(
            new Comparison.Contender("Holdfast", () -> Bundles.open(work, LOG_ROWS, LOG_BUNDLES)),
            new Comparison.Contender("Quiver", () -> its.open(LOG_ROWS, LOG_BUNDLES))));
    show(table, Map.of("quiver-open", RESTART_NANOS));
  }

  private void loads(
      Comparison table, List<Peer> all, Function<Load, Function<Peer, Comparison.Run>> runs)
      throws IOException, InterruptedException {
    for (int size : sizes) {
      for (int count : producers) {
        Load load = new Load(size << 10, count);
        table.measure(load.toString(), contenders(all, runs.apply(load)));
      }
    }
  }

  private static List<Comparison.Contender> contenders(
      List<Peer> peers, Function<Peer, Comparison.Run> runs) {
    return peers.stream()
        .map(peer -> new Comparison.Contender(peer.title(), runs.apply(peer)))
        .toList();
  }

  private void show(Comparison table, Map<String, Measure> drawn) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (json) {
      table.printJson(out);
    } else {
      table.print(out);
    }
    if (plots != null) {
      for (Map.Entry<String, Measure> plot : drawn.entrySet()) {
        table.plot(plot.getValue(), plots.resolve(plot.getKey() + ".svg"));
      }
    }
  }
}
