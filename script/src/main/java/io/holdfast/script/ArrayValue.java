package io.holdfast.script;

import java.util.Iterator;
import java.util.List;

/** An array of values. Immutable. */
public final class ArrayValue implements Value, Iterable<Value> {
  /** The array without elements. */
  public static final ArrayValue EMPTY = new ArrayValue(List.of());

  /**
   * How many elements a script can put together in one array. One that doubles with each step must
   * not take all memory.
   */
  public static final int MAX_MADE = 1 << 22;

  private final List<Value> elements;

  private ArrayValue(List<Value> elements) {
    this.elements = elements;
  }

  /**
   * Returns an array of the given elements.
   *
   * @param elements the elements; the list is copied unless it is immutable
   * @return the array
   */
  public static ArrayValue of(List<? extends Value> elements) {
    return elements.isEmpty() ? EMPTY : new ArrayValue(List.copyOf(elements));
  }

  /**
   * Returns an array of the given elements.
   *
   * @param elements the elements
   * @return the array
   */
  public static ArrayValue of(Value... elements) {
    return of(List.of(elements));
  }

  /**
   * Returns how many elements there are.
   *
   * @return the number of elements
   */
  public int size() {
    return elements.size();
  }

  /**
   * Returns one element.
   *
   * @param index its place, from 0
   * @return the element
   * @throws IndexOutOfBoundsException if there is no such place
   */
  public Value get(int index) {
    return elements.get(index);
  }

  /**
   * Returns the elements as an immutable list.
   *
   * @return the elements
   */
  public List<Value> elements() {
    return elements;
  }

  @Override
  public Iterator<Value> iterator() {
    return elements.iterator();
  }

  @Override
  public String type() {
    return "array";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArrayValue that && elements.equals(that.elements);
  }

  @Override
  public int hashCode() {
    return elements.hashCode();
  }

  @Override
  public String toString() {
    return Json.write(this);
  }
}
