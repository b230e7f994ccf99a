package io.holdfast.cli.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;
import io.holdfast.cli.kill.Peer.Mood;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code holdfast server run} is killed at random moments, also while it starts and while its peer
 * dies, refuses or is silent, and at its calls of the disk. Then it delivers what it kept to a peer
 * that is well: everything that a source was told is accepted has arrived. A few kills; {@code
 * -Dholdfast.rounds=N} says how many.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerKillTest {
  private static final long SEED = Long.getLong("holdfast.seed", System.nanoTime());
  private static final int ROUNDS = Integer.getInteger("holdfast.rounds", 3);

  /** After so many kills everything that is kept has to arrive. */
  private static final int SETTLED_AFTER = 8;

  private static final int MOST_LINES = 6_000;
  private static final long MOST_STARTING_MILLIS = 1_000;
  private static final long MOST_RUNNING_MILLIS = 700;
  private static final long MOST_TRACED_MILLIS = 3_000;
  private static final long PATIENCE_SECONDS = 120;

  private static final List<DiskCall> CALLS = List.of(DiskCall.values());
  private static final String ENDED = "it ended by itself and said: %s";

  /** What a process ends with that a signal has killed. */
  private static final int KILLED = 128 + 9;

  /** In so many rounds a server has ended at a call of each kind. */
  private static final int ENOUGH_FOR_EACH = 120;

  private static final String QUERY =
      """
      define qos::wal operator wal
      with
        read_count = 20,
        max_elements = 3000,
        max_bytes = 1500000
      end;
      create operator wal;
      select event from in into wal;
      select event from wal into out;
      """;

  @TempDir private Path work;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Ledger ledger = new Ledger();
  private Path data;
  private Path query;
  private int kills;
  private int whileStarting;
  private int peerKills;

  @BeforeEach
  void write() throws IOException {
    data = work.resolve("data");
    query = Files.writeString(work.resolve("keep.trickle"), QUERY);
  }

  @Test
  void whatAKilledServerHadAcceptedArrives() throws Exception {
    live(this::killOne);
    System.out.printf(
        "server killed %,d times, %,d of them while it started, its peer %,d times: %s%n",
        kills, whileStarting, peerKills, told());
    Campaign.ran(
        Subject.SERVER, "SIGKILL of a server", kills, ledger.accepted(), ledger.arrived(), SEED);
  }

  @Test
  void whatAServerHadAcceptedThatDiesAtACallOfItsDiskArrives() throws Exception {
    String lack = DiskCall.whyNot();
    if (!lack.isEmpty()) {
      System.out.println("skipped: it needs " + lack);
    }
    assumeTrue(lack.isEmpty(), "needs " + lack);
    Map<DiskCall, Integer> ended = new EnumMap<>(DiskCall.class);
    live((peer, round) -> killAtCall(peer, round, ended));
    int all = ended.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "server killed %,d times, %,d of them at a call of its disk %s: %s%n",
        kills, all, ended, told());
    if (ROUNDS >= ENOUGH_FOR_EACH) {
      assertThat(ended.keySet()).containsExactlyElementsOf(CALLS);
    }
    Campaign.ran(
        Subject.SERVER,
        "SIGKILL of a server at a call of its disk",
        all,
        ledger.accepted(),
        ledger.arrived(),
        SEED);
  }

  private String told() {
    return "%,d events accepted, %,d arrived, %,d of them again, none missing, seed %d"
        .formatted(ledger.accepted(), ledger.arrived(), ledger.arrivals() - ledger.arrived(), SEED);
  }

  /** One life of a server, at the end of which it is killed. */
  @FunctionalInterface
  private interface Killing {
    void run(Peer peer, int round) throws IOException, InterruptedException;
  }

  private void live(Killing killing) throws IOException, InterruptedException {
    try (Peer peer = new Peer(ledger)) {
      for (int round = 0; round < ROUNDS; round++) {
        killing.run(peer, round);
        check(ledger.wrong());
        if (round % SETTLED_AFTER == SETTLED_AFTER - 1 || round == ROUNDS - 1) {
          settle(peer);
          check(ledger.wrongWhenSettled());
        }
      }
    }
    assertThat(ledger.accepted()).isPositive();
  }

  private static void check(List<String> wrong) {
    assertThat(wrong)
        .as(
            "try again with: mvn -pl cli -am test -Dtest=ServerKillTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.rounds=%d"
                + " -Dholdfast.seed=%d",
            10 * ROUNDS, SEED)
        .isEmpty();
  }

  private ServerLife begin(Peer peer, List<String> before, int lines, boolean hasReceipts)
      throws IOException {
    int number = ledger.begin(lines);
    List<Path> files = List.of(config(peer, lines(number, lines), false), query);
    return hasReceipts
        ? ServerLife.withReceipts(before, data, files, ledger)
        : ServerLife.ofCommand(before, data, files, ledger);
  }

  /**
   * Before a call of each kind in turn; or, when it does not make so many of them, after a while.
   */
  private void killAtCall(Peer peer, int round, Map<DiskCall, Integer> ended)
      throws IOException, InterruptedException {
    DiskCall call = CALLS.get(round % CALLS.size());
    int which = 1 + random.nextInt(call.most());
    peer.become(random.nextInt(4) > 0 ? Mood.WELL : anyMood());
    int lines = 1 + random.nextInt(MOST_LINES);
    boolean hasReceipts = random.nextInt(3) > 0;
    long before = ledger.accepted() + ledger.arrivals();
    try (ServerLife life = begin(peer, call.killing(which), lines, hasReceipts)) {
      if (endsBeforeWork(life, before) || life.hasEnded(MOST_TRACED_MILLIS)) {
        assertThat(life.exitCode()).as("%s", life.said()).isEqualTo(KILLED);
        ended.merge(call, 1, Integer::sum);
      }
      life.kill();
      kills++;
    }
  }

  /** One life, at the end of which it is killed. */
  private void killOne(Peer peer, int round) throws IOException, InterruptedException {
    int lines = 1 + random.nextInt(MOST_LINES);
    peer.become(random.nextBoolean() ? Mood.WELL : anyMood());
    long acceptedBefore = ledger.accepted();
    long before = acceptedBefore + ledger.arrivals();
    boolean hasReceipts = round == 0 || random.nextInt(3) > 0;
    try (ServerLife life = begin(peer, List.of(), lines, hasReceipts)) {
      if (round == 0) {
        awaitReceipt(life);
      } else if (random.nextInt(4) == 0) {
        whileStarting++;
        stayAlive(life, random.nextLong(MOST_STARTING_MILLIS));
      } else {
        awaitWork(life, before);
        if (random.nextBoolean()) {
          awaitAccepted(life, acceptedBefore + random.nextInt(lines));
        } else {
          stayAlive(life, random.nextLong(MOST_RUNNING_MILLIS));
          if (random.nextBoolean()) {
            become(peer, anyMood());
            stayAlive(life, random.nextLong(MOST_RUNNING_MILLIS));
          }
        }
      }
      if (random.nextInt(4) == 0) {
        become(peer, Mood.ABSENT);
      }
      life.kill();
      kills++;
    }
  }

  private Mood anyMood() {
    return Mood.any(random.nextInt(100));
  }

  private void become(Peer peer, Mood mood) throws IOException {
    peer.become(mood);
    peerKills++;
  }

  /** A server that reads nothing new, and ends by itself once it has delivered what is kept. */
  private void settle(Peer peer) throws IOException, InterruptedException {
    peer.become(Mood.WELL);
    Path nothing = Files.writeString(work.resolve("nothing.txt"), "");
    List<Path> files = List.of(config(peer, nothing, true), query);
    try (ServerLife life = ServerLife.ofCommand(List.of(), data, files, ledger)) {
      assertThat(life.hasEnded(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)))
          .as("the last server ends, seed %d; it said: %s", SEED, life.said())
          .isTrue();
      assertThat(life.exitCode()).as(life.said()).isZero();
      assertThat(life.said()).contains("still kept 0");
    }
  }

  private Path lines(int life, int count) throws IOException {
    Path file = work.resolve("lines.txt");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int number = 0; number < count; number++) {
        out.write(Lines.of(life, number));
        out.write('\n');
      }
    }
    return file;
  }

  private Path config(Peer peer, Path source, boolean endsByItself) throws IOException {
    return Files.writeString(
        work.resolve("config.yaml"),
        """
        onramp:
          - id: lines
            type: file
            config:
              source: %1$s
              close_on_done: %2$s
        offramp:
          - id: peer
            type: ws
            config:
              url: ws://localhost:%3$d/
              ack_timeout: 400
        binding:
          - id: default
            links:
              "/onramp/lines/{instance}/out": ["/pipeline/keep/{instance}/in"]
              "/pipeline/keep/{instance}/out": ["/offramp/peer/{instance}/in"]
        mapping:
          /binding/default/01:
            instance: "01"
        """
            .formatted(source, endsByItself, peer.port()));
  }

  /**
   * Waits until its source is told that something is accepted, so that there is what can be lost.
   */
  private void awaitReceipt(ServerLife life) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (ledger.accepted() == 0) {
      stayAlive(life, 1);
      assertThat(System.nanoTime() - end).as("it accepts; it said: %s", life.said()).isNegative();
    }
  }

  /** Waits until it does something: accepts, delivers, or has found that it cannot. */
  private void awaitWork(ServerLife life, long before) throws InterruptedException {
    assertThat(endsBeforeWork(life, before)).as(ENDED, life.said()).isFalse();
  }

  private boolean endsBeforeWork(ServerLife life, long before) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (ledger.accepted() + ledger.arrivals() == before
        && !life.said().contains("breaker open")) {
      if (life.hasEnded(1)) {
        return true;
      }
      assertThat(System.nanoTime() - end).as("it works; it said: %s", life.said()).isNegative();
    }
    return false;
  }

  /** Waits until so many are accepted, in the middle of it, or for a while. */
  private void awaitAccepted(ServerLife life, long count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_RUNNING_MILLIS);
    while (ledger.accepted() < count && System.nanoTime() - end < 0) {
      stayAlive(life, 1);
    }
  }

  private static void stayAlive(ServerLife life, long millis) throws InterruptedException {
    assertThat(life.hasEnded(millis)).as(ENDED, life.said()).isFalse();
  }
}
