package io.holdfast.pipeline.operator.wal;

import java.util.LinkedHashSet;

/**
 * The bundles that were read a second time and whose events are in memory: few, the latest. What is
 * sent again mostly comes bundle by bundle, but of the events of one group each may be in another
 * bundle. Runs on the loop.
 */
final class Awake {
  private static final int MOST = 4;

  private final LinkedHashSet<Held> bundles = new LinkedHashSet<>();

  /** An event of a bundle was needed. */
  void used(Held bundle) {
    if (!bundle.isReadAgain()) {
      return;
    }
    bundles.remove(bundle);
    bundles.addLast(bundle);
    if (bundles.size() > MOST) {
      bundles.removeFirst().forget();
    }
  }
}
