package io.holdfast.script.compile;

import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.aggregate.Aggregate;
import io.holdfast.script.library.CallContext;
import java.net.URI;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What one run of a program reads and changes. */
final class Frame implements CallContext {
  private static final EventContext NO_EVENT =
      new EventContext(Value.NULL, RecordValue.empty(), 0, URI.create("none:/"));

  private final EventContext context;
  private final Environment environment;
  private final @Nullable Value[] locals;

  Value event;
  RecordValue meta;
  Value state;
  Value args;
  Value group = Value.NULL;
  Value window = Value.NULL;

  /** The aggregates of the window that closes, or null where none does. */
  Aggregate @Nullable [] aggregates;

  Frame(EventContext context, Environment environment, int locals) {
    this.context = context;
    this.environment = environment;
    this.locals = new @Nullable Value[locals];
    this.event = context.value();
    this.meta = context.meta();
    this.state = Value.NULL;
    this.args = Value.NULL;
  }

  /** Returns a frame for expressions that look at nothing: those that are evaluated at load. */
  static Frame forConstants() {
    Environment nothing =
        new Environment("", "", "", () -> 0L, RandomGenerator.of("SplittableRandom"));
    return new Frame(NO_EVENT, nothing, 0);
  }

  /** Returns a frame for the body of a function: it sees its arguments and nothing of the event. */
  Frame forCall(int localCount) {
    return new Frame(
        new EventContext(Value.NULL, RecordValue.empty(), context.ingestNanos(), context.origin()),
        environment,
        localCount);
  }

  /** Returns a frame for the script of a window: it sees the event and nothing else. */
  Frame forWindow(int localCount) {
    Frame frame = new Frame(context, environment, localCount);
    frame.event = event;
    frame.meta = meta;
    return frame;
  }

  @Nullable Value local(int slot) {
    return locals[slot];
  }

  void setLocal(int slot, Value value) {
    locals[slot] = value;
  }

  @Override
  public Environment environment() {
    return environment;
  }

  @Override
  public long ingestNanos() {
    return context.ingestNanos();
  }

  @Override
  public URI origin() {
    return context.origin();
  }
}
