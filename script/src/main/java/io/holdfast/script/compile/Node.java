package io.holdfast.script.compile;

import io.holdfast.script.Value;

/** A compiled expression. Immutable: everything that changes is in the frame. */
@FunctionalInterface
interface Node {
  /** Evaluates the expression. */
  Value eval(Frame frame);

  /** An expression whose value is known at load. */
  record Constant(Value value) implements Node {
    @Override
    public Value eval(Frame frame) {
      return value;
    }
  }

  /** What stands for an expression with errors, so that its surroundings are still checked. */
  record Broken() implements Node {
    @Override
    public Value eval(Frame frame) {
      throw new IllegalStateException("a source with errors must not run");
    }
  }
}
