package io.holdfast.pipeline;

import java.util.function.Supplier;

/**
 * A source or sink whose settings are read and right, and that can be made any number of times.
 *
 * @param <T> {@link Source} or {@link Sink}
 * @param type the name of its type
 * @param description what it works with, for the plan: an address, a file, an interval
 * @param maker makes an instance, without touching anything outside
 */
public record Blueprint<T>(String type, String description, Supplier<? extends T> maker) {
  /** A new instance. */
  public T make() {
    return maker.get();
  }
}
