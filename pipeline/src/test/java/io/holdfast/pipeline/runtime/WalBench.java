package io.holdfast.pipeline.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.pipeline.BufferCounters;
import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.Location;
import io.holdfast.pipeline.operator.OperatorBlueprint;
import io.holdfast.pipeline.operator.OperatorSpec;
import io.holdfast.pipeline.operator.wal.WalType;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A pipeline with one {@code qos::wal}, on a loop that the test steps and a real disk. */
final class WalBench {
  private static final Location HERE = new Location("q.trickle", 1, 1);

  private final Path directory;
  private final Map<String, Value> settings;
  final List<Notice> notices = new CopyOnWriteArrayList<>();
  final TestOutlet out = new TestOutlet();
  final TestOutlet err = new TestOutlet();
  SteppedLoop loop = new SteppedLoop();
  Pipeline pipeline;
  private boolean closed;

  WalBench(Path directory, Map<String, Value> settings, boolean withErr) {
    this.directory = directory;
    this.settings = settings;
    this.pipeline = start(withErr);
  }

  static OperatorSpec spec(Path directory, Map<String, Value> settings) {
    List<ConfigNode.Entry> entries = new ArrayList<>();
    settings.forEach(
        (key, value) ->
            entries.add(new ConfigNode.Entry(HERE, key, new ConfigNode.Scalar(HERE, value))));
    return new OperatorSpec(
        "p",
        "01",
        "wal",
        HERE,
        new ConfigNode.Mapping(HERE, entries),
        directory.resolve("data"),
        directory);
  }

  private Pipeline start(boolean withErr) {
    ConfigErrors errors = new ConfigErrors();
    OperatorBlueprint blueprint = new WalType().read(spec(directory, settings), errors);
    assertThat(errors.list()).isEmpty();
    OperatorBlueprint known = requireNonNull(blueprint);
    Graph graph =
        new Graph.Builder()
            .inlet("in")
            .node("wal", context -> known.maker().apply(context))
            .outlet("out")
            .outlet("err")
            .edge("in", "out", "wal", "in")
            .edge("wal", "out", "out", "in")
            .build();
    Host host =
        Host.of(directory.resolve("data"), directory)
            .withLoops(name -> loop)
            .withTime(loop)
            .withRandom(new Random(1))
            .withListener(notices::add);
    Pipeline made = new Pipeline("p/01", graph, host);
    made.connect("out", out);
    if (withErr) {
      made.connect("err", err);
    }
    made.start();
    return made;
  }

  /** Stops as a host does, and starts again. */
  void restart() throws InterruptedException {
    close();
    out.waiting.clear();
    out.seen.clear();
    loop = new SteppedLoop();
    closed = false;
    pipeline = start(false);
  }

  void close() throws InterruptedException {
    if (closed) {
      return;
    }
    closed = true;
    out.take().forEach(parcel -> parcel.fail("the host stops"));
    var closing = pipeline.closeAsync();
    until("it is closed", closing::isDone);
  }

  /** Where the buffer is. */
  Path folder() {
    return directory.resolve("data/p/01/wal");
  }

  /**
   * A dead letter.
   *
   * @param events the ids of its events
   */
  record Letter(String reason, List<Long> events) {
    Letter(String reason, Long... events) {
      this(reason, List.of(events));
    }
  }

  /** The dead letters that are on the disk; after {@link #close}. */
  List<Letter> deadLetters() {
    List<Letter> found = new ArrayList<>();
    try (DurableBuffer buffer = DurableBuffer.open(folder(), BufferOptions.defaults())) {
      DeadLetters letters = buffer.deadLetters(BufferPlan.SUBSCRIBER);
      for (DeadLetter letter : letters.list(-1, Integer.MAX_VALUE)) {
        letters.read(
            letter.number(),
            bundle ->
                found.add(
                    new Letter(
                        letter.reason(),
                        EventBundle.decode(bundle).stream().map(StoredEvent::id).toList())));
      }
    }
    return found;
  }

  void deliver(List<Parcel> parcels) {
    pipeline.inlet("in").deliver(parcels);
  }

  BufferCounters counters() {
    return pipeline.buffers().getFirst();
  }

  /** As {@link SteppedLoop#runUntil}. */
  void until(String what, BooleanSupplier condition) throws InterruptedException {
    loop.runUntil(what, condition);
  }

  /** As {@link SteppedLoop#advanceUntil}. */
  void untilWithTime(String what, BooleanSupplier condition) throws InterruptedException {
    loop.advanceUntil(what, condition);
  }
}
