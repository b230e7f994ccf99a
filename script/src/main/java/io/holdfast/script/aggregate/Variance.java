package io.holdfast.script.aggregate;

import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;

/** The variance of numbers, or its root. Sums are those of distances to the first number. */
final class Variance implements Aggregate {
  private final boolean root;
  private long count;
  private double first;
  private double sum;
  private double squares;

  Variance() {
    this(false);
  }

  private Variance(boolean root) {
    this.root = root;
  }

  static Variance deviation() {
    return new Variance(true);
  }

  @Override
  public void accumulate(Arguments arguments) {
    double number = arguments.number(0);
    if (count == 0) {
      first = number;
    }
    count++;
    sum += number - first;
    squares += (number - first) * (number - first);
  }

  @Override
  public void merge(Aggregate later) {
    Variance other = (Variance) later;
    if (other.count == 0) {
      return;
    }
    if (count == 0) {
      first = other.first;
    }
    // The other's distances are to its own first number.
    double shift = other.first - first;
    squares += other.squares + 2 * shift * other.sum + other.count * shift * shift;
    sum += other.sum + other.count * shift;
    count += other.count;
  }

  @Override
  public Value result() {
    double variance = count == 0 ? 0 : (squares - sum * sum / count) / (count - 1);
    return Value.of(root ? Math.sqrt(variance) : variance);
  }
}
