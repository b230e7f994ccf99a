package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.RecoveryReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a witness knows of one buffer: which bundles there are, and for each subscriber which of
 * them must come and which may. It sees only what the engine has told its callers.
 */
final class Knowledge {
  /** What is known of one subscriber. */
  static final class Expected {
    /** Sequences that must come. */
    final TreeSet<Long> must = new TreeSet<>();

    /** Sequences that were resolved, but not yet durably: a crash may bring them back. */
    final Set<Long> unflushed = new TreeSet<>();

    /** Sequences that may come or not. */
    final Set<Long> may = new TreeSet<>();

    /** Of those that must come, the ones that nobody else waits for: replays of dead letters. */
    final Set<Long> replayed = new HashSet<>();

    /** Sequences that were handed out in this life. */
    final Set<Long> handedOut = new HashSet<>();

    /** How often each has failed. */
    final Map<Long, Integer> failures = new HashMap<>();

    /** The highest sequence that was handed out for the first time in this life. */
    long newest = -1;

    /** What the engine said was lost when all was compared last. */
    long lost;

    /** The same, as far as it is known to be durable. */
    long lostDurably;

    /** What was found lost since progress was made durable: after a crash it may come again. */
    final Set<Long> newlyLost = new HashSet<>();

    /** What may be in line and a dead letter: it was given up and a crash came soon after. */
    final Set<Long> twice = new HashSet<>();

    /** Of these, what one was resolved of: if that is forgotten in a crash, both may be letters. */
    final Set<Long> oneOfTwo = new HashSet<>();

    /** Given up and that durably, so that only their letters may still come. */
    final Set<Long> letterOnly = new HashSet<>();

    /**
     * What was resolved after a policy may have taken it from somebody's hands, and counted it, or
     * comes as a letter after a policy may have taken it from the line.
     */
    final Set<Long> resolvedLate = new HashSet<>();

    /**
     * It does not come again.
     *
     * @param late whether a policy may have counted it as lost before
     */
    void resolved(long sequence, boolean late) {
      resolved(sequence);
      if (twice.remove(sequence)) {
        may.add(sequence);
        oneOfTwo.add(sequence);
      }
      if (late) {
        resolvedLate.add(sequence);
      }
    }

    void resolved(long sequence) {
      must.remove(sequence);
      may.remove(sequence);
      replayed.remove(sequence);
      unflushed.add(sequence);
    }

    void forget(long sequence) {
      must.remove(sequence);
      may.remove(sequence);
      unflushed.remove(sequence);
      replayed.remove(sequence);
      newlyLost.remove(sequence);
      letterOnly.remove(sequence);
    }

    void mustComeAgain(long sequence) {
      unflushed.remove(sequence);
      may.remove(sequence);
      must.add(sequence);
    }
  }

  /** What is known of the dead letters under a name, which outlive their subscriber. */
  static final class Letters {
    /** Sequences that must be among the letters, unless they come in line. */
    final Set<Long> must = new TreeSet<>();

    /** Of those, what may be in line and nowhere else: the disk was in trouble, or had no room. */
    final Set<Long> inDoubt = new TreeSet<>();

    /** Sequences that were ever given up. */
    final Set<Long> ever = new TreeSet<>();

    /** Of those, what was purged since: durably, so there is no letter of it. */
    final Set<Long> purged = new HashSet<>();

    /** How often the bundle was given up in part, as far as it is known, for those that were. */
    final Map<Long, Set<Integer>> rests = new HashMap<>();

    /** Of these, what there is no more when all is durable. */
    final Map<Long, Set<Integer>> leaving = new HashMap<>();

    /**
     * What is left of a bundle that came is given up; what came leaves, unless that is in doubt.
     */
    void givenUpInPart(long sequence, int came, boolean inDoubt) {
      rests.computeIfAbsent(sequence, made -> new HashSet<>(Set.of(came))).add(came + 1);
      if (!inDoubt) {
        leaving.computeIfAbsent(sequence, made -> new HashSet<>()).add(came);
      }
    }

    /** Which rests there may be; 0 is the whole bundle. */
    Set<Integer> rests(long sequence) {
      return rests.getOrDefault(sequence, Set.of(0));
    }

    private void flushed() {
      leaving.forEach(
          (sequence, gone) -> rests.getOrDefault(sequence, new HashSet<>()).removeAll(gone));
      leaving.clear();
    }

    private Letters copy() {
      Letters copy = new Letters();
      copy.must.addAll(must);
      copy.inDoubt.addAll(inDoubt);
      copy.ever.addAll(ever);
      copy.purged.addAll(purged);
      rests.forEach((sequence, mine) -> copy.rests.put(sequence, new HashSet<>(mine)));
      return copy;
    }
  }

  /** The number of the bundle with a sequence. */
  final TreeMap<Long, Long> numbers = new TreeMap<>();

  /** The numbers of the bundles that had a sequence before, and may be gone. */
  private final Map<Long, Set<Long>> formerly = new HashMap<>();

  /** Numbers whose append has ended in nobody knows what. */
  final Set<Long> unknown = new HashSet<>();

  private final Set<Long> refused = new HashSet<>();

  /** For each number the hashes of the bundle and of its rests. */
  private final Map<Long, List<Long>> hashes = new HashMap<>();

  final Map<String, Expected> expected = new TreeMap<>();
  final Map<String, Letters> letters = new TreeMap<>();

  /** What is there for a first subscriber while there is none. */
  private Expected kept = new Expected();

  /** Accepted, but not yet known to be synced. */
  private final Set<Long> unsynced = new HashSet<>();

  /** Whether there may be a subscriber that nobody was told of. */
  boolean strangers;

  /** Whether a policy has been at work that takes bundles away. */
  boolean losing;

  /** Whether the disk has lied: then anything may be gone. */
  boolean liar;

  /** What openings have named as no entry: files, and where in them it begins. */
  private final Set<String> named = new HashSet<>();

  /** Whether there were openings that came to no end, and so have named nothing. */
  boolean unreported;

  /** Bundles that were accepted in the sight of this witness. */
  int confirmed;

  /** Deliveries that it has compared. */
  int checked;

  Knowledge() {}

  /** What is known after a crash in the state that {@code before} describes. */
  Knowledge(Knowledge before) {
    numbers.putAll(before.numbers);
    before.formerly.forEach((sequence, had) -> formerly.put(sequence, new HashSet<>(had)));
    unknown.addAll(before.unknown);
    refused.addAll(before.refused);
    hashes.putAll(before.hashes);
    before.expected.forEach((id, mine) -> expected.put(id, copy(mine)));
    before.letters.forEach((id, mine) -> letters.put(id, mine.copy()));
    kept = copy(before.kept);
    unsynced.addAll(before.unsynced);
    strangers = before.strangers;
    losing = before.losing;
    liar = before.liar;
    named.addAll(before.named);
    unreported = before.unreported;
  }

  private static Expected copy(Expected from) {
    Expected copy = new Expected();
    copy.must.addAll(from.must);
    copy.unflushed.addAll(from.unflushed);
    copy.may.addAll(from.may);
    copy.replayed.addAll(from.replayed);
    copy.failures.putAll(from.failures);
    copy.lost = from.lost;
    copy.lostDurably = from.lostDurably;
    copy.newlyLost.addAll(from.newlyLost);
    copy.resolvedLate.addAll(from.resolvedLate);
    copy.twice.addAll(from.twice);
    copy.oneOfTwo.addAll(from.oneOfTwo);
    copy.letterOnly.addAll(from.letterOnly);
    return copy;
  }

  Expected of(String id) {
    Expected mine = expected.get(id);
    if (mine == null) {
      throw new IllegalStateException("no subscriber " + id);
    }
    return mine;
  }

  Letters letters(String id) {
    return letters.computeIfAbsent(id, made -> new Letters());
  }

  // ------------------------------------------------------------------ bundles

  void built(long number, long hash) {
    hashes.put(number, new ArrayList<>(List.of(hash)));
  }

  /** What is given up of a bundle, the so manieth time. */
  void builtRest(long number, int times, long hash) {
    List<Long> mine = hashes.computeIfAbsent(number, made -> new ArrayList<>());
    if (mine.size() == times) {
      mine.add(hash);
    }
  }

  void accepted(long number, long sequence) {
    confirmed++;
    Long same = numbers.put(sequence, number);
    // What a disk kept to itself, or hid from every read, nobody knows of any more.
    assertThat(liar || same == null || same == number)
        .as("sequence %s is given to %s, but %s has it", sequence, number, same)
        .isTrue();
    var lower = numbers.lowerEntry(sequence);
    var higher = numbers.higherEntry(sequence);
    assertThat(
            (lower == null || lower.getValue() < number)
                && (higher == null || higher.getValue() > number))
        .as("sequences rise for ever: %s is %s, between %s and %s", number, sequence, lower, higher)
        .isTrue();
    if (same != null && same == number) {
      // It has come to somebody already.
      return;
    }
    unsynced.add(sequence);
    expected.values().forEach(e -> e.must.add(sequence));
    if (expected.isEmpty()) {
      kept.must.add(sequence);
    }
  }

  void refused(long number) {
    refused.add(number);
  }

  void unknown(long number) {
    if (!numbers.containsValue(number)) {
      unknown.add(number);
    }
  }

  /**
   * A bundle that was read, whole or a rest of it.
   *
   * @return how often it was given up in part
   */
  int check(long number, long hash) {
    checked++;
    List<Long> mine = hashes.getOrDefault(number, List.of());
    assertThat(mine).as("bundle %s is what was appended", number).contains(hash);
    return mine.indexOf(hash);
  }

  /** The bundle of a dead letter, which may have outlived what the line had under its sequence. */
  void checkLetter(String id, long sequence, long number, long hash) {
    int times = check(number, hash);
    if (!formerly.getOrDefault(sequence, Set.of()).contains(number)) {
      assertThat(numbers.get(sequence)).as("the letter of %s", sequence).isEqualTo(number);
      checkRest(id, sequence, times);
    }
  }

  private void checkRest(String id, long sequence, int times) {
    if (letters.containsKey(id)) {
      assertThat(letters.get(id).rests(sequence))
          .as("how often %s was given up in part", sequence)
          .contains(times);
    }
  }

  /** A bundle came to somebody under this sequence. */
  void seen(String id, long sequence, long number, long hash) {
    int times = check(number, hash);
    assertThat(refused).as("what was refused never comes").doesNotContain(number);
    if (!numbers.containsKey(sequence)) {
      assertThat(unknown).as("sequence %s has number %s", sequence, number).contains(number);
      unknown.remove(number);
      numbers.put(sequence, number);
      expected.values().forEach(e -> e.may.add(sequence));
      kept.may.add(sequence);
    }
    assertThat(numbers.get(sequence)).as("sequence %s", sequence).isEqualTo(number);
    checkRest(id, sequence, times);
    Expected mine = of(id);
    // What was given up before a crash and is replayed after it comes in line and as a letter.
    boolean letter = letters.containsKey(id) && letters.get(id).ever.contains(sequence);
    assertThat(liar || letter || mine.must.contains(sequence) || mine.may.contains(sequence))
        .as("sequence %s was resolved durably and must not come again", sequence)
        .isTrue();
  }

  // ------------------------------------------------------------------ subscribers

  /** A new subscriber, from the earliest on or from the latest. */
  void subscribed(String id, boolean latest) {
    Expected mine = new Expected();
    if (strangers) {
      // It may have been there already, or others that have resolved what is gone.
      mine.may.addAll(numbers.keySet());
    } else if (latest) {
      // Only what comes from now on.
    } else if (expected.isEmpty()) {
      (losing ? mine.may : mine.must).addAll(kept.must);
      mine.may.addAll(kept.may);
    } else {
      for (long sequence : numbers.keySet()) {
        if (expected.values().stream()
            .anyMatch(e -> e.must.contains(sequence) && !e.replayed.contains(sequence))) {
          // What a policy takes before it comes is not counted for the new one.
          (losing ? mine.may : mine.must).add(sequence);
        } else if (expected.values().stream()
            .anyMatch(e -> e.may.contains(sequence) || e.must.contains(sequence))) {
          mine.may.add(sequence);
        }
      }
    }
    Letters old = letters.get(id);
    if (old != null) {
      // A replay that was asked for before goes on.
      old.ever.stream().filter(s -> !mine.must.contains(s)).forEach(mine.may::add);
    }
    expected.put(id, mine);
    kept = new Expected();
  }

  void unsubscribed(String id) {
    Expected last = expected.remove(id);
    Letters given = letters.get(id);
    if (given != null) {
      // What was in line goes with it.
      given.must.removeAll(given.inDoubt);
      given.inDoubt.clear();
    }
    if (last != null && expected.isEmpty()) {
      kept = new Expected();
      kept.must.addAll(last.must);
      kept.must.removeAll(last.replayed);
      kept.may.addAll(numbers.keySet());
      kept.may.removeAll(kept.must);
    }
  }

  // ------------------------------------------------------------------ lives

  /** What an opening has found. */
  void reported(RecoveryReport report) {
    Stream.concat(report.unconfirmed().stream(), report.damage().stream())
        .map(range -> place(range.file(), range.offset()))
        .forEach(named::add);
    // Of a file that has no head all is in doubt, and it is named as a whole.
    report.notes().stream()
        .filter(note -> note.contains(": its head is damaged"))
        .map(note -> place(note.substring(0, note.indexOf(": its head is damaged")), -1))
        .forEach(named::add);
  }

  /** A log file has another name when the next one follows it, and is copied again under that. */
  private static String place(String file, long offset) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    return name.replaceFirst("^(quiver\\.wal)\\.\\d+$", "$1") + "." + offset;
  }

  /** Whether an opening may have found something at this place of a file. */
  boolean isNamed(String file, long offset) {
    return unreported || named.contains(place(file, offset)) || named.contains(place(file, -1));
  }

  /** All that was resolved is durable. */
  void flushed() {
    for (Map.Entry<String, Expected> each : expected.entrySet()) {
      Expected one = each.getValue();
      Letters given = letters.get(each.getKey());
      if (given != null) {
        Stream.concat(one.unflushed.stream(), one.replayed.stream())
            .filter(s -> given.ever.contains(s) && !given.inDoubt.contains(s))
            .filter(s -> !one.twice.contains(s))
            .forEach(one.letterOnly::add);
        given.flushed();
      }
      one.unflushed.clear();
      one.newlyLost.clear();
    }
  }

  /** All that was accepted is synced. */
  void synced() {
    unsynced.clear();
  }

  /** The process has ended. */
  void ended() {
    for (Map.Entry<String, Expected> each : expected.entrySet()) {
      Expected one = each.getValue();
      Letters given = letters.get(each.getKey());
      if (given != null) {
        Stream.concat(one.unflushed.stream(), one.replayed.stream())
            .filter(s -> given.ever.contains(s) && !one.letterOnly.contains(s))
            .forEach(one.twice::add);
        given.leaving.clear();
      }
      one.may.addAll(one.unflushed);
      one.may.addAll(one.newlyLost);
      one.unflushed.clear();
      one.newlyLost.clear();
      one.lost = Math.min(one.lost, one.lostDurably);
      one.handedOut.clear();
      one.newest = -1;
    }
  }

  /** The power is gone; what was not synced may be gone with it, where that is allowed. */
  void powerLost(boolean unsyncedToo) {
    if (liar) {
      unsynced.addAll(numbers.keySet());
      letters.values().forEach(mine -> mine.must.clear());
      letters.values().forEach(mine -> mine.purged.clear());
    }
    if (liar || unsyncedToo) {
      for (long sequence : unsynced) {
        // As if it had never been said how the append ended; the sequence may be given out again.
        Long number = numbers.remove(sequence);
        unknown.add(number);
        formerly.computeIfAbsent(sequence, made -> new HashSet<>()).add(number);
        expected.values().forEach(e -> e.forget(sequence));
        kept.forget(sequence);
        letters.values().forEach(mine -> mine.rests.remove(sequence));
        // Nor is there a letter of it, where that was not certain.
        letters.values().stream()
            .filter(mine -> mine.inDoubt.remove(sequence))
            .forEach(mine -> mine.must.remove(sequence));
      }
    }
    unsynced.clear();
  }
}
