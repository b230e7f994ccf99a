package io.holdfast.testkit.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;
import io.holdfast.engine.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real processes and real filesystems that die. A few rounds of each; {@code -Dholdfast.rounds=N}
 * says how many.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS)
class TortureTest {
  private static final long SEED = Long.getLong("holdfast.seed", System.nanoTime());

  /** Rounds, for sixty names: each that was usual when half of them were over has its turns. */
  private static final int ENOUGH_FOR_ALL_POINTS = 300;

  /** Few rounds may all be for points that a life does not always come to. */
  private static final int MORE_ROUNDS = 10;

  @TempDir private Path work;

  private static int rounds(int usual) {
    return Integer.getInteger("holdfast.rounds", usual);
  }

  private static void tell(String what, long times, Witness witness) {
    assertThat(witness.confirmed()).isPositive();
    assertThat(witness.checked()).isPositive();
    System.out.printf(
        "%s: %,d times, %,d deaths, %,d bundles confirmed, %,d deliveries checked, none missing,"
            + " seed %d%n",
        what, times, witness.lives(), witness.confirmed(), witness.checked(), SEED);
    Campaign.ran(Subject.ENGINE, what, times, witness.confirmed(), witness.checked(), SEED);
  }

  /** One round. */
  @FunctionalInterface
  private interface Round {
    void run() throws IOException, InterruptedException;
  }

  private static void run(int rounds, Round round) throws Exception {
    for (int i = 0; i < rounds; i++) {
      try {
        round.run();
      } catch (BrokenPromiseException broken) {
        throw new AssertionError(
            "in round "
                + i
                + "; try again with: mvn -pl testkit -am test -Dtest=TortureTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.rounds="
                + 10 * rounds
                + " -Dholdfast.seed="
                + SEED,
            broken);
      }
    }
  }

  @Test
  void aKilledProcessLosesNothing() throws Exception {
    Torture torture = new Torture(work.resolve("data"), SEED);
    run(rounds(2), torture::round);
    tell("SIGKILL of a process", torture.witness().lives(), torture.witness());
  }

  @Test
  void aProcessThatEndsAtANamedPointLosesNothing() throws Exception {
    Points points = new Points(work.resolve("data"), SEED);
    run(1, points::scout);
    int rounds = rounds(2);
    run(rounds / 2, points::round);
    List<String> names = points.usualNames();
    run(rounds - rounds / 2, points::round);
    for (int more = 0; points.ended() == 0 && more < MORE_ROUNDS; more++) {
      run(1, points::round);
    }
    System.out.println(points.table());
    assertThat(points.ended()).as("workers that ended at their point").isPositive();
    tell("ended at a named point", points.ended(), points.witness());
    if (rounds >= ENOUGH_FOR_ALL_POINTS) {
      assertThat(points.missing(names)).as("points that nobody has come to").isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"ext4,''", "ext4,nodelalloc", "ext4,'data=writeback,nodelalloc'", "xfs,''"})
  void aPowerCutLosesNothing(String kind, String options) throws Exception {
    try (Mounted disk = Mounted.inFile(work, kind, options, 320)) {
      Torture torture = new Torture(disk.folder().resolve("data"), SEED);
      run(rounds(2), () -> torture.round(disk::cut, disk::remount));
      tell(("power cut of " + kind + " " + options).strip(), rounds(2), torture.witness());
    }
  }

  @ParameterizedTest
  @CsvSource({"ext4", "tmpfs"})
  void aDiskThatIsFullToTheLastByteHealsUnderLoad(String kind) throws Exception {
    int megabytes = 24;
    try (Mounted disk =
        kind.equals("tmpfs")
            ? Mounted.inMemory(work, megabytes)
            : Mounted.inFile(work, kind, "", megabytes)) {
      Witness witness = new Witness(disk.folder().resolve("data"));
      Path filler = disk.folder().resolve("filler");
      int full = 0;
      for (int i = 0; i < rounds(2); i++) {
        try (Witness.Life life = witness.start(SEED + i, List.of())) {
          for (int time = 0; time < 3; time++) {
            long before = life.confirmedSoFar();
            awaitMore(life, before + 20);
            fill(filler);
            full++;
            // Sometimes it dies while there is no room.
            if (time == 2 && i % 2 == 0) {
              break;
            }
            Files.delete(filler);
            awaitMore(life, life.confirmedSoFar() + 20);
          }
          life.kill();
        }
        witness.check(false);
        Files.deleteIfExists(filler);
        witness.check(true);
      }
      tell("disk full under load, " + kind, full, witness);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSyncThatFailsLosesNothing(boolean cut) throws Exception {
    Strace strace = Strace.on(work);
    try (Mounted disk = Mounted.inFile(work, "ext4", "", 320)) {
      Witness witness = new Witness(disk.folder().resolve("data"));
      SplittableRandom random = new SplittableRandom(SEED);
      long failed = 0;
      int unknown = 0;
      for (int i = 0; i < rounds(1); i++) {
        // From one on that comes after the start.
        int first = 20 + random.nextInt(20);
        boolean lasting = i % 3 == 1;
        String when =
            switch (i % 3) {
              case 0 -> first + "+" + (2 + random.nextInt(30));
              case 1 -> first + "+1";
              default -> first + ".." + (first + 9);
            };
        try (Witness.Life life =
            witness.start(random.nextLong(), strace.failing("fdatasync", "EIO", when))) {
          strace.awaitInjected(life, 10);
          if (!lasting) {
            awaitMore(life, life.confirmedSoFar() + 50);
          }
          unknown += life.said("unknown").size();
          if (cut) {
            life.strike(disk::cut);
          } else {
            life.kill();
          }
        }
        failed += strace.injected();
        if (cut) {
          disk.remount();
        }
        witness.check(i % 2 == 0);
      }
      System.out.printf("%,d syncs failed; of %,d bundles nobody knew%n", failed, unknown);
      tell("syncs that fail, then " + (cut ? "a power cut" : "SIGKILL"), failed, witness);
    }
  }

  @Test
  void aFilesystemThatTurnsReadOnlyRefusesAndLosesNothing() throws Exception {
    try (Mounted disk = Mounted.inFile(work, "ext4", "errors=remount-ro", 320)) {
      Witness witness = new Witness(disk.folder().resolve("data"));
      disk.needErrors();
      for (int i = 0; i < rounds(2); i++) {
        try (Witness.Life life = witness.start(SEED + i, List.of())) {
          awaitMore(life, 50);
          life.strike(
              () -> {
                disk.turnReadOnly();
                awaitRefusals(life);
              });
        }
        disk.remount();
        witness.check(i % 2 == 0);
        // A person does it, too, and nobody has it open.
        disk.setReadOnly(true);
        assertThatThrownBy(() -> witness.check(false))
            .isInstanceOf(BrokenPromiseException.class)
            .cause()
            .isInstanceOf(StorageException.class)
            .hasMessageContaining("Read-only file system");
        disk.setReadOnly(false);
        witness.check(false);
      }
      tell("a filesystem turns read-only under load", rounds(2), witness);
    }
  }

  /** Waits until each producer was refused, with the reason. */
  private static void awaitRefusals(Witness.Life life) throws IOException {
    Patience.until(life, "it refuses", () -> life.said("stopped").size() >= Worker.PRODUCERS);
    // The first that notices may be told of an I/O error.
    assertThat(life.said("stopped"))
        .allMatch(line -> line.contains("nothing was kept"))
        .anyMatch(line -> line.contains("Read-only file system"));
  }

  /** Fills the filesystem with a file, again and again, as its other user makes and takes room. */
  private static void fill(Path filler) throws IOException {
    byte[] chunk = new byte[4096];
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        try {
          out.write(chunk);
        } catch (IOException full) {
          assertThat(full).hasMessageContaining("space");
          if (chunk.length == 1) {
            break;
          }
          chunk = new byte[chunk.length == 4096 ? 64 : 1];
        }
      }
    }
  }

  private static void awaitMore(Witness.Life life, long count) throws IOException {
    Patience.until(life, "goes on", () -> life.confirmedSoFar() >= count);
  }
}
