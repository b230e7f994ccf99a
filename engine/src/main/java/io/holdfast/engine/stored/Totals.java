package io.holdfast.engine.stored;

/**
 * An amount of bundles, as in {@link io.holdfast.engine.Subscriber.Backlog}.
 *
 * @param bundles how many
 * @param items what they hold
 * @param bytes as they count in the log
 */
public record Totals(long bundles, long items, long bytes) {
  /** Nothing. */
  public static final Totals NONE = new Totals(0, 0, 0);

  /** Both. */
  public Totals plus(Totals more) {
    return new Totals(bundles + more.bundles, items + more.items, bytes + more.bytes);
  }

  /** This one more bundle. */
  public Totals plus(int moreItems, long moreBytes) {
    return new Totals(bundles + 1, items + moreItems, bytes + moreBytes);
  }

  /** What is left of this one. */
  public Totals minus(Totals less) {
    return new Totals(bundles - less.bundles, items - less.items, bytes - less.bytes);
  }
}
