package io.holdfast.script.compile;

import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.TooMuchWork;
import java.util.Optional;

/** A compiled script. Immutable. */
public final class Program {
  private final Node body;
  private final int locals;
  private final Value arguments;
  private final Site site;

  Program(Node body, int locals, Value arguments, Site site) {
    this.body = body;
    this.locals = locals;
    this.arguments = arguments;
    this.site = site;
  }

  /**
   * Returns the same script with other arguments.
   *
   * @param values what its {@code args} are
   * @return the program
   */
  public Program with(RecordValue values) {
    return new Program(body, locals, values, site);
  }

  /** Gets what a run leaves, also when it drops the event or fails. */
  @FunctionalInterface
  public interface Left {
    /**
     * Gets what a run leaves.
     *
     * @param state the state
     * @param event the event, with what the script changed of it
     * @param meta the metadata, with what the script changed of it
     */
    void after(Value state, Value event, RecordValue meta);
  }

  /**
   * Runs the script on one event.
   *
   * @param event the event
   * @param environment what its functions see
   * @param state its state before
   * @param left gets what is left
   * @return what it emits, or nothing if it drops the event
   */
  public Optional<Emission> run(
      EventContext event, Environment environment, Value state, Left left) {
    Frame frame = new Frame(event, environment, locals);
    frame.state = state;
    frame.args = arguments;
    try {
      Value last = body.eval(frame);
      return Optional.of(new Emission(ExprCompiler.USUAL_PORT, last, frame.meta));
    } catch (Halt halt) {
      Halt.Output output = halt.output();
      return output == null
          ? Optional.empty()
          : Optional.of(new Emission(output.port(), output.value(), frame.meta));
    } catch (StackOverflowError e) {
      throw site.failure("a value is nested too deeply");
    } catch (TooMuchWork e) {
      throw site.failure(String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      // What did not fit is garbage by now, so the next event can go on.
      throw site.failure("there is not enough memory for what the event makes");
    } finally {
      left.after(frame.state, frame.event, frame.meta);
    }
  }
}
