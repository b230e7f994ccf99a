package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a buffer that was closed, its boxes of dead letters and its quarantine too: each
 * must be one that something knows.
 *
 * @param known what the engine has told
 * @param subscribers all that exist
 * @param letters the numbers of the dead letters, for each box that was in use when the buffer was
 *     closed; of another one a crash may have left parts, so only the names are looked at
 * @param emptied whether the subscribers have resolved all
 * @param troubled whether the disk has failed calls since the buffer was opened
 * @param exactly whether each letter that was begun was kept
 */
record Leftovers(
    SimulatedStorage disk,
    Knowledge known,
    Set<String> subscribers,
    Map<String, Set<Long>> letters,
    boolean emptied,
    boolean troubled,
    boolean exactly) {
  private static final Set<String> OWN =
      Set.of(
          "holdfast.lock",
          "holdfast.owner",
          "holdfast.readers",
          "holdfast.reserve",
          "holdfast.state");

  private static final Set<String> FOLDERS = Set.of("wal", "segments", "quarantine");
  private static final Set<String> LOG = Set.of("quiver.wal", "quiver.wal.cursor");
  private static final String ROTATED = "quiver\\.wal\\.\\d+";

  /** The file, the offset of its bytes in there, and their checksum. */
  private static final Pattern COPY = Pattern.compile("(.+)\\.(\\d+)\\.[0-9a-f]{8}");

  void check() {
    try {
      List<String> unknown = new ArrayList<>();
      buffer(unknown);
      quarantine(unknown);
      for (String id : disk.listFolders("dead")) {
        if (!known.letters.containsKey(id)) {
          unknown.add("dead/" + id);
        } else if (letters.containsKey(id)) {
          box(id, letters.get(id), unknown);
        } else {
          closedBox(id, unknown);
        }
      }
      assertThat(unknown).as("files that nothing knows").isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a box has a log; what is only prepared for one may be there without it. */
  static boolean hasLog(SimulatedStorage disk, String id) {
    try {
      return disk.list("dead/" + id + "/wal").stream()
          .anyMatch(name -> name.equals("quiver.wal") || name.matches(ROTATED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void buffer(List<String> unknown) throws IOException {
    for (String name : disk.list("")) {
      // Of one that could not be made, and the disk did not delete it.
      boolean mayStay =
          troubled && name.startsWith("holdfast.sub.") && (known.strangers || isTemporary(name));
      if (!OWN.contains(name) && !isProgress(name, subscribers) && !mayStay) {
        unknown.add(name);
      }
    }
    for (String name : disk.listFolders("")) {
      if (!FOLDERS.contains(name) && !name.equals("dead")) {
        unknown.add(name + "/");
      }
    }
    contents("", emptied, unknown);
  }

  private static boolean isTemporary(String name) {
    return name.endsWith(".tmp");
  }

  private static boolean isProgress(String name, Set<String> of) {
    return of.stream()
        .anyMatch(id -> name.equals("holdfast.sub." + id) || name.equals("quiver.sub." + id));
  }

  /** Log files and segments, of a buffer or of a box. */
  private void contents(String prefix, boolean empty, List<String> unknown) throws IOException {
    List<String> log = disk.list(prefix + "wal");
    for (String name : log) {
      // There may be no room for a segment of what is in them; and a rotation that the disk let
      // fail
      // has given the active file another name.
      boolean stays = name.matches(ROTATED) && (!empty || (troubled && isLast(name, log)));
      if (!stays && !LOG.contains(name)) {
        unknown.add(prefix + "wal/" + name);
      }
    }
    for (String name : disk.list(prefix + "segments")) {
      if (empty || !name.endsWith(".qseg")) {
        unknown.add(prefix + "segments/" + name);
      }
    }
  }

  private static boolean isLast(String rotated, List<String> log) {
    return log.stream()
        .filter(name -> name.matches(ROTATED))
        .allMatch(name -> number(name) <= number(rotated));
  }

  private static long number(String rotated) {
    return Long.parseLong(rotated.substring(rotated.lastIndexOf('.') + 1));
  }

  /** Each copy is of bytes that some opening has named. */
  private void quarantine(List<String> unknown) throws IOException {
    for (String name : disk.list("quarantine")) {
      Matcher copy = COPY.matcher(name);
      if (!copy.matches() || !known.isNamed(copy.group(1), Long.parseLong(copy.group(2)))) {
        unknown.add("quarantine/" + name);
      }
    }
  }

  /** A box that was open: it has its letters and the reasons why they are there. */
  private void box(String id, Set<Long> numbers, List<String> unknown) throws IOException {
    String prefix = "dead/" + id + "/";
    boolean empty = numbers.isEmpty();
    for (String name : disk.list("dead/" + id)) {
      boolean ofLetters = name.equals("holdfast.replay") || name.equals("holdfast.reserve");
      boolean stays = ofLetters ? !empty : OWN.contains(name);
      if (!stays && !isProgress(name, Set.of("letters"))) {
        unknown.add(prefix + name);
      }
    }
    contents(prefix, empty, unknown);
    if (empty && disk.list(prefix + "wal").contains("quiver.wal")) {
      unknown.add(prefix + "wal/quiver.wal");
    }
    for (String name : disk.list(prefix + "quarantine")) {
      if (!COPY.matcher(name).matches()) {
        unknown.add(prefix + "quarantine/" + name);
      }
    }
    for (String name : disk.list(prefix + "letters")) {
      boolean isNumber = name.matches("\\d+");
      if (!isNumber || (exactly && !numbers.contains(Long.valueOf(name)))) {
        unknown.add(prefix + "letters/" + name);
      }
    }
    for (long number : numbers) {
      assertThat(disk.list(prefix + "letters")).as("reasons").contains(String.valueOf(number));
    }
  }

  /** A box that nobody has opened. */
  private void closedBox(String id, List<String> unknown) throws IOException {
    String prefix = "dead/" + id + "/";
    Set<String> folders = Set.of("wal", "segments", "quarantine", "letters");
    for (String name : disk.listFolders("dead/" + id)) {
      if (!folders.contains(name)) {
        unknown.add(prefix + name + "/");
      }
    }
    for (String name : disk.list("dead/" + id)) {
      String whole = isTemporary(name) ? name.substring(0, name.length() - 4) : name;
      if (!OWN.contains(whole)
          && !whole.equals("holdfast.replay")
          && !isProgress(whole, Set.of("letters"))) {
        unknown.add(prefix + name);
      }
    }
  }
}
