package io.holdfast.pipeline.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.pipeline.BufferCounters;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Receiver;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Json;
import io.holdfast.script.Query;
import io.holdfast.script.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A query, on a loop that the test steps and a real disk. */
final class QueryBench {
  final SteppedLoop loop = new SteppedLoop();
  final TestOutlet out = new TestOutlet();
  final TestOutlet err = new TestOutlet();
  final List<Notice> notices = new CopyOnWriteArrayList<>();

  /** How each event that was handed out was settled, by its number. */
  final Map<Long, List<Outcome>> outcomes = new LinkedHashMap<>();

  /** What ends it that an event is held, by its number. */
  final Map<Long, Hold> holds = new LinkedHashMap<>();

  /** The numbers of the events that were held, ever. */
  final Set<Long> heldEver = new LinkedHashSet<>();

  final Pipeline pipeline;
  private boolean closed;

  /**
   * Starts a query.
   *
   * @param directory where its buffers are
   * @param withErr whether the port {@code err} leads to {@link #err}
   */
  QueryBench(Path directory, boolean withErr, String query) {
    this(directory, BufferOptions.defaults(), withErr, query);
  }

  /** As the other one, with options that its buffers start from. */
  QueryBench(Path directory, BufferOptions buffers, boolean withErr, String query) {
    ConfigErrors errors = new ConfigErrors();
    PipelinePlan plan =
        PipelinePlan.of(
            Query.load(SourceFile.of("q.trickle", query)),
            "q",
            "01",
            directory.resolve("data"),
            directory,
            errors);
    assertThat(errors.list()).isEmpty();
    Host host =
        Host.of(directory.resolve("data"), directory)
            .withLoops(_ -> loop)
            .withBuffers(buffers)
            .withTime(loop)
            .withRandom(new Random(1))
            .withListener(notices::add);
    pipeline = new Pipeline(requireNonNull(plan), host);
    pipeline.connect("out", out);
    if (withErr) {
      pipeline.connect("err", err);
    }
    pipeline.start();
    loop.run();
  }

  /** Notes what becomes of an event that was handed out. */
  private final class Delivered implements Receiver {
    private final long id;

    Delivered(long id) {
      this.id = id;
    }

    @Override
    public void settled(Outcome outcome) {
      assertThat(holds).doesNotContainKey(id);
      outcomes.getOrDefault(id, List.of()).add(outcome);
    }

    @Override
    public void held(Hold hold) {
      assertThat(outcomes(id)).isEmpty();
      heldEver.add(id);
      assertThat(holds.put(id, hold)).isNotEqualTo(hold);
    }

    @Override
    public void released() {
      assertThat(holds.remove(id)).isNotNull();
    }
  }

  /** Hands out events that come in now, and lets the pipeline work. */
  void deliver(String... json) {
    deliverAt(loop.epochNanos(), json);
  }

  void deliverAt(long nanos, String... json) {
    List<Parcel> parcels = new ArrayList<>();
    for (String text : json) {
      long id = outcomes.size();
      outcomes.put(id, new ArrayList<>());
      parcels.add(Parcel.of(Event.of(Json.parse(text), nanos, null, id), new Delivered(id)));
    }
    pipeline.inlet("in").deliver(parcels);
    loop.run();
  }

  /** Hands out events that are their numbers. */
  void deliverNumbers(int count) {
    int first = outcomes.size();
    String[] json = new String[count];
    for (int i = 0; i < count; i++) {
      json[i] = Integer.toString(first + i);
    }
    deliver(json);
  }

  List<Outcome> outcomes(long id) {
    return outcomes.getOrDefault(id, List.of());
  }

  long settled() {
    return outcomes.values().stream().filter(told -> !told.isEmpty()).count();
  }

  /** What has come out and is not settled, as JSON. */
  List<String> results() {
    return out.waiting.stream().map(parcel -> Json.write(parcel.event().value())).toList();
  }

  BufferCounters buffer() {
    return pipeline.buffers().getFirst();
  }

  List<String> warnings() {
    return notices.stream().filter(Notice.Warning.class::isInstance).map(Notice::toString).toList();
  }

  /** Stops as a host does. */
  void close() throws InterruptedException {
    if (!closed) {
      closed = true;
      out.take().forEach(parcel -> parcel.fail("the host stops"));
      var closing = pipeline.closeAsync();
      until("it is closed", closing::isDone);
    }
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
