package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.DidYouMean;
import io.holdfast.script.RecordValue;
import io.holdfast.script.ScriptException;
import io.holdfast.script.Value;
import org.jspecify.annotations.Nullable;

/** A compiled step of a path. */
sealed interface Step {
  /** Returns what the step leads to, or null if there is nothing. */
  @Nullable Value get(Value from, Frame frame);

  /** Throws the error of a step that cannot lead anywhere in such a value, whatever is in it. */
  default void check(Value from, Frame frame) {}

  /** Returns the error that there is nothing. */
  ScriptException missing(Value from, Frame frame);

  /** Returns whether the step is the same for each event. */
  boolean isConstant();

  /**
   * A field by its name.
   *
   * @param name the key
   * @param site the place of the name
   */
  record Field(String name, Site site) implements Step {
    @Override
    public @Nullable Value get(Value from, Frame frame) {
      return from instanceof RecordValue fields ? fields.get(name) : null;
    }

    @Override
    public ScriptException missing(Value from, Frame frame) {
      return noField(from, name, site);
    }

    @Override
    public boolean isConstant() {
      return true;
    }
  }

  /**
   * A field or element by an expression.
   *
   * @param index its key or place
   * @param site the place of the expression
   * @param path the place of the path that the step belongs to
   */
  record Index(Node index, Site site, Site path) implements Step {
    @Override
    public void check(Value from, Frame frame) {
      // A string that is written out is a field's name, so an array has nothing there.
      if (from instanceof ArrayValue && !isConstant()) {
        place(index.eval(frame), site);
      }
    }

    @Override
    public @Nullable Value get(Value from, Frame frame) {
      Value at = index.eval(frame);
      if (from instanceof RecordValue fields && at instanceof Value.Text key) {
        return fields.get(key.value());
      }
      if (from instanceof ArrayValue array
          && at instanceof Value.Int place
          && place.value() >= 0
          && place.value() < array.size()) {
        return array.get((int) place.value());
      }
      return null;
    }

    @Override
    public ScriptException missing(Value from, Frame frame) {
      Value at = index.eval(frame);
      if (from instanceof RecordValue && at instanceof Value.Text key) {
        return noField(from, key.value(), site);
      }
      if (from instanceof ArrayValue array) {
        place(at, site);
        return site.failure(
            "there is no element " + at + " in an array of " + array.size() + " elements");
      }
      boolean usable = from instanceof RecordValue || isKeyOrPlace(at);
      return (usable ? site : path)
          .failure("a value of type " + from.type() + " has no element " + at.type());
    }

    private static boolean isKeyOrPlace(Value at) {
      return at instanceof Value.Text
          || at instanceof Value.Unsigned
          || (at instanceof Value.Int(long place) && place >= 0);
    }

    @Override
    public boolean isConstant() {
      return index instanceof Node.Constant;
    }
  }

  /**
   * A part of an array.
   *
   * @param first the place of its first element
   * @param end the place after its last element
   * @param firstSite the place of the first expression
   * @param endSite the place of the second expression
   */
  record Slice(Node first, Node end, Site firstSite, Site endSite) implements Step {
    @Override
    public void check(Value from, Frame frame) {
      if (from instanceof ArrayValue) {
        long begin = place(first.eval(frame), firstSite);
        long stop = place(end.eval(frame), endSite);
        if (stop < begin) {
          throw firstSite.failure("the part " + begin + ":" + stop + " ends before it begins");
        }
      }
    }

    @Override
    public @Nullable Value get(Value from, Frame frame) {
      if (from instanceof ArrayValue array
          && first.eval(frame) instanceof Value.Int begin
          && end.eval(frame) instanceof Value.Int stop
          && begin.value() >= 0
          && begin.value() <= stop.value()
          && stop.value() <= array.size()) {
        return ArrayValue.of(array.elements().subList((int) begin.value(), (int) stop.value()));
      }
      return null;
    }

    @Override
    public ScriptException missing(Value from, Frame frame) {
      if (!(from instanceof ArrayValue array)) {
        return firstSite.failure("only an array has parts, not a value of type " + from.type());
      }
      check(from, frame);
      String range = first.eval(frame) + ":" + end.eval(frame);
      return firstSite.failure(
          "there is no part " + range + " in an array of " + array.size() + " elements");
    }

    @Override
    public boolean isConstant() {
      return first instanceof Node.Constant && end instanceof Node.Constant;
    }
  }

  /** Returns the place in an array that a value means. */
  private static long place(Value value, Site site) {
    if (value instanceof Value.Int(long place) && place >= 0) {
      return place;
    }
    throw site.failure(
        "a place in an array must be an integer from 0, not "
            + (value instanceof Value.Int ? value : value.type()));
  }

  private static ScriptException noField(Value from, String name, Site site) {
    if (from instanceof RecordValue fields) {
      return site.failure(
          "the record has no field `" + name + "`",
          DidYouMean.hint(name, fields.keys()).orElse(hyphenHint(name)));
    }
    return site.failure(
        "only a record has fields, so there is no `"
            + name
            + "` in a value of type "
            + from.type());
  }

  /** Returns a hint for an unknown name that may be meant as a difference, or null. */
  static @Nullable String hyphenHint(String name) {
    return name.contains("-")
        ? "a hyphen is part of a name; put blanks around it to subtract"
        : null;
  }
}
