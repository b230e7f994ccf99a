package io.holdfast.testkit.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.torture.DyingStorage.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Ends workers at each named point in turn: just before and just after a call of each kind that
 * changes something on the disk. The names are learnt from the workers themselves. Some rounds are
 * for a point at which none has ended so far: there are calls that few lives make.
 */
final class Points {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What a worker has done after so many bundles it has done all of. */
  private static final long ENOUGH = 1_500;

  private static final long LATEST = 40;
  private static final int NEVER_ONE_IN = 4;

  private final Witness witness;
  private final SplittableRandom random;

  /** Of each name, how many such calls a worker has made at least. */
  private final Map<String, Long> counts = new TreeMap<>();

  /** Of each name, how many lives have made such a call. */
  private final Map<String, Integer> lives = new TreeMap<>();

  private final List<String> order = new ArrayList<>();
  private final Map<String, Integer> endings = new TreeMap<>();
  private final Map<String, Integer> misses = new TreeMap<>();
  private int rounds;
  private int turn;

  Points(Path directory, long seed) {
    this.witness = new Witness(directory);
    this.random = new SplittableRandom(seed);
  }

  Witness witness() {
    return witness;
  }

  /**
   * How many workers have ended at their points, and how many were killed before they came there.
   */
  String table() {
    return "ended at points:%n%skilled before they came to:%n%s"
        .formatted(lines(endings), lines(misses));
  }

  private static String lines(Map<String, Integer> times) {
    StringBuilder text = new StringBuilder();
    times.forEach((point, count) -> text.append("  %,5d %s%n".formatted(count, point)));
    return text.toString();
  }

  /** How many workers have ended at their point. */
  long ended() {
    return endings.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Names of the calls that one in four lives makes; others may be made once in a directory. */
  List<String> usualNames() {
    return order.stream()
        .filter(name -> 4 * lives.getOrDefault(name, 0) > witness.lives())
        .toList();
  }

  /** Those of these names before or after which no worker has ended. */
  List<String> missing(List<String> names) {
    return points(names).map(Point::toString).filter(point -> !endings.containsKey(point)).toList();
  }

  private static Stream<Point> points(List<String> names) {
    return names.stream()
        .flatMap(name -> Stream.of(new Point(name, 1, false), new Point(name, 1, true)));
  }

  /** A first life, in which names are learnt, and the check. */
  void scout() throws IOException, InterruptedException {
    try (Witness.Life life = witness.start(random.nextLong(), Point.NONE)) {
      assertThat(hasEnded(life)).isFalse();
      learn(life);
      life.kill();
    }
    witness.check(false);
    turn = random.nextInt(2 * order.size());
  }

  /** Waits until it has ended at its point, or has done enough to show that it will not. */
  private static boolean hasEnded(Witness.Life life) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (life.confirmedSoFar() < ENOUGH && System.nanoTime() - end < 0) {
      if (life.hasEndedAtItsPoint(Duration.ofMillis(1))) {
        return true;
      }
    }
    return false;
  }

  private void learn(Witness.Life life) {
    for (String line : life.said("point")) {
      String[] words = line.split(" ", 3);
      long count = Long.parseLong(words[1]);
      counts.merge(words[2], count, Math::max);
      if (count == 1) {
        lives.merge(words[2], 1, Integer::sum);
      }
      if (!order.contains(words[2])) {
        order.add(words[2]);
      }
    }
  }

  /** A life that ends at a point, and the check. */
  void round() throws IOException, InterruptedException {
    Point point = next();
    try (Witness.Life life = witness.start(random.nextLong(), point)) {
      if (hasEnded(life)) {
        endings.merge(point.toString(), 1, Integer::sum);
      } else {
        misses.merge(point.toString(), 1, Integer::sum);
        // Perhaps such calls are made by few lives only.
        counts.remove(point.name());
      }
      learn(life);
      life.kill();
    }
    witness.check(random.nextInt(3) == 0);
  }

  private Point next() {
    List<Point> never =
        points(order).filter(point -> !endings.containsKey(point.toString())).toList();
    rounds++;
    if (rounds % NEVER_ONE_IN == 0 && !never.isEmpty()) {
      return never.get(random.nextInt(never.size()));
    }
    String name = order.get(turn / 2 % order.size());
    boolean after = turn % 2 == 1;
    turn++;
    long most = Math.min(LATEST, counts.getOrDefault(name, 1L));
    return new Point(name, random.nextBoolean() ? 1 : 1 + random.nextLong(most), after);
  }
}
