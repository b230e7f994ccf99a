package io.holdfast.script.compile;

import io.holdfast.script.Value;

/**
 * An expression that must give a bool.
 *
 * @param node the expression
 * @param site where it is
 */
record Condition(Node node, Site site) {
  boolean holds(Frame frame) {
    Value value = node.eval(frame);
    if (value instanceof Value.Bool bool) {
      return bool.value();
    }
    throw site.failure("a condition must be a bool, not " + value.type());
  }
}
