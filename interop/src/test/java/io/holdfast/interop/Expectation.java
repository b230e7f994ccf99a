package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reader must get, in order, and the freedom that it has.
 *
 * @param bundles in order
 */
record Expectation(List<Bundle> bundles) {

  /**
   * One bundle.
   *
   * @param digest of its canonical form
   * @param optional whether it may be left out
   * @param twice whether it may come a second time, at any place behind the first
   */
  record Bundle(String digest, boolean optional, boolean twice) {
    static Bundle required(String digest) {
      return new Bundle(digest, false, false);
    }
  }

  static Expectation exactly(List<String> digests) {
    return new Expectation(digests.stream().map(Bundle::required).toList());
  }

  /** Fails when {@code got} is not in the order, or lacks or has what it must not. */
  void assertMetBy(List<String> got, String who) {
    int at = 0;
    Map<String, Integer> again = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < got.size(); i++) {
      int found = next(at, got.get(i));
      if (found >= 0) {
        Bundle bundle = bundles.get(found);
        if (bundle.twice) {
          again.merge(bundle.digest, 1, Integer::sum);
        }
        at = found + 1;
      } else if (again.getOrDefault(got.get(i), 0) > 0) {
        again.merge(got.get(i), -1, Integer::sum);
      } else {
        wrong.add("delivery " + i + " is " + name(got.get(i)) + ", but " + wanted(at));
      }
    }
    if (bundles.stream().skip(at).anyMatch(bundle -> !bundle.optional)) {
      wrong.add("after the last delivery, " + wanted(at));
    }
    assertThat(wrong).as("%s got %s deliveries", who, got.size()).isEmpty();
  }

  /** The place of the digest at or behind {@code from}, over nothing that must come; or -1. */
  private int next(int from, String digest) {
    for (int i = from; i < bundles.size(); i++) {
      if (bundles.get(i).digest.equals(digest)) {
        return i;
      }
      if (!bundles.get(i).optional) {
        return -1;
      }
    }
    return -1;
  }

  private String name(String digest) {
    for (int i = 0; i < bundles.size(); i++) {
      if (bundles.get(i).digest.equals(digest)) {
        return "bundle " + i + " of those expected";
      }
    }
    return "none of those expected (" + digest + ")";
  }

  private String wanted(int at) {
    return at == bundles.size()
        ? "all " + at + " have come"
        : "bundle " + at + " of " + bundles.size() + " comes next";
  }
}
