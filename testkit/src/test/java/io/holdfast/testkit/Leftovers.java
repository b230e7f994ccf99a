package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The files of a buffer that was closed: each must be one that something knows.
 *
 * @param subscribers all that exist
 * @param emptied whether they have resolved all
 * @param troubled whether the disk has failed calls since it was opened
 * @param strangers whether a subscriber may be there that could not be made
 */
record Leftovers(
    SimulatedStorage disk,
    Set<String> subscribers,
    boolean emptied,
    boolean troubled,
    boolean strangers) {
  private static final List<String> OWN =
      List.of(
          "holdfast.lock",
          "holdfast.owner",
          "holdfast.readers",
          "holdfast.reserve",
          "holdfast.state");

  void check() throws IOException {
    List<String> unknown = new ArrayList<>();
    for (String name : disk.list("")) {
      boolean ofSubscriber =
          subscribers.stream()
              .anyMatch(id -> name.equals("holdfast.sub." + id) || name.equals("quiver.sub." + id));
      // Of one that could not be made, and the disk did not delete it.
      boolean mayStay =
          troubled && name.startsWith("holdfast.sub.") && (strangers || name.endsWith(".tmp"));
      if (!OWN.contains(name) && !ofSubscriber && !mayStay) {
        unknown.add(name);
      }
    }
    for (String name : disk.list("wal")) {
      // There may be no room for a segment of what is in them.
      boolean stays = !emptied && name.matches("quiver\\.wal\\.\\d+");
      if (!stays && !List.of("quiver.wal", "quiver.wal.cursor").contains(name)) {
        unknown.add("wal/" + name);
      }
    }
    for (String name : disk.list("segments")) {
      if (emptied || !name.endsWith(".qseg")) {
        unknown.add("segments/" + name);
      }
    }
    assertThat(unknown).as("files that nothing knows").isEmpty();
  }
}
