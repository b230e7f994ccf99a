package io.holdfast.pipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.operator.Operator;
import io.holdfast.pipeline.operator.OperatorContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Runs events through graphs made at random, with operators and outlets that do everything that is
 * allowed, and checks that each event that was handed out is settled exactly once.
 */
class RandomGraphTest {
  private static final int ROUNDS = 500;

  /** Does one of the legal things with each parcel. */
  private static final class Anything implements Operator {
    private final OperatorContext context;
    private final Random random;
    private final List<Parcel> held = new ArrayList<>();

    Anything(OperatorContext context, Random random) {
      this.context = context;
      this.random = random;
    }

    @Override
    public void process(String port, List<Parcel> parcels) {
      if (random.nextInt(50) == 0) {
        throw new IllegalStateException("a mistake, by chance");
      }
      List<Parcel> on = new ArrayList<>();
      for (Parcel parcel : parcels) {
        switch (random.nextInt(8)) {
          case 0 -> parcel.ack();
          case 1 -> parcel.fail("by chance");
          case 2 -> context.error(parcel, "by chance");
          case 3 -> on.add(parcel.with(parcel.event()));
          case 4 -> held.add(parcel);
          case 5 -> on.addAll(parcel.fork(1 + random.nextInt(3)));
          default -> on.add(parcel);
        }
      }
      if (held.size() > 3) {
        List<Parcel> together = List.copyOf(held);
        held.clear();
        on.add(Parcel.join(together.getFirst().event(), together));
      }
      context.emit(random.nextBoolean() ? "out" : "side", on);
    }

    @Override
    public void close() {
      held.forEach(parcel -> parcel.fail("closed"));
    }
  }

  @Test
  void everyEventIsSettledExactlyOnceWhateverTheGraph() {
    long base = Long.getLong("holdfast.seed", 1);
    for (int i = 0; i < ROUNDS; i++) {
      long seed = base + i;
      try {
        run(new Random(seed));
      } catch (Throwable failure) {
        throw new AssertionError(
            "repeat with: mvn -pl pipeline -am test -Dtest=RandomGraphTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + seed,
            failure);
      }
    }
  }

  private static void run(Random random) {
    SteppedLoop loop = new SteppedLoop();
    Graph.Builder builder = new Graph.Builder().inlet("in");
    List<String> names = new ArrayList<>(List.of("in"));
    int operators = random.nextInt(8);
    for (int i = 0; i < operators; i++) {
      String name = "op" + i;
      Random own = new Random(random.nextLong());
      builder.node(name, context -> new Anything(context, own));
      connect(builder, names, name, random);
      names.add(name);
    }
    for (String exit : List.of("out", "err")) {
      builder.outlet(exit);
      connect(builder, names, exit, random);
    }
    Host host =
        Host.of(Path.of("data"), Path.of(""))
            .withLoops(name -> loop)
            .withTime(loop)
            .withListener(notice -> {});
    Pipeline pipeline = new Pipeline("p/01", builder.build(), host);
    List<TestOutlet> outlets = new ArrayList<>();
    for (String exit : List.of("out", "err")) {
      for (int i = random.nextInt(3); i > 0; i--) {
        TestOutlet outlet = new TestOutlet();
        outlets.add(outlet);
        pipeline.connect(exit, outlet);
      }
    }
    pipeline.start();

    Ledger ledger = new Ledger();
    for (int i = 0; i < 200; i++) {
      switch (random.nextInt(4)) {
        case 0 -> pipeline.inlet("in").deliver(ledger.handOut(1 + random.nextInt(5)));
        case 1 -> loop.step();
        case 2 -> settleSome(outlets, random);
        default -> {
          if (!outlets.isEmpty()) {
            outlets.get(random.nextInt(outlets.size())).valve().set(random.nextBoolean());
          }
        }
      }
      ledger.checkNoneTwice();
    }
    outlets.forEach(outlet -> outlet.valve().set(true));
    loop.run();
    var closed = pipeline.closeAsync();
    loop.run();
    assertThat(closed).isCompleted();
    for (TestOutlet outlet : outlets) {
      outlet.take().forEach(Parcel::ack);
    }
    ledger.checkEachOnce();
  }

  private static void connect(Graph.Builder builder, List<String> from, String to, Random random) {
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      String port = random.nextInt(4) == 0 ? "side" : random.nextInt(6) == 0 ? "err" : "out";
      builder.edge(from.get(random.nextInt(from.size())), port, to, "in");
    }
  }

  private static void settleSome(List<TestOutlet> outlets, Random random) {
    for (TestOutlet outlet : outlets) {
      for (Parcel parcel : outlet.take()) {
        switch (random.nextInt(5)) {
          case 0 -> parcel.settle(Outcome.failed("by chance"));
          case 1 -> parcel.refuse("by chance");
          case 2 -> outlet.waiting.add(parcel);
          case 3 -> {
            parcel.ack();
            // A late answer, as a time-out and a pong that cross.
            parcel.fail("late");
          }
          default -> parcel.ack();
        }
      }
    }
  }
}
