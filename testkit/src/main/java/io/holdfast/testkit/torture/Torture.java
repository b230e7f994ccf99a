package io.holdfast.testkit.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Kills workers on one directory, again and again, and checks after each death that nothing is
 * missing. The moments are random: while it starts and recovers, soon after, or under full load.
 */
public final class Torture {
  private static final Duration START = Duration.ofSeconds(60);
  private static final long MAX_STARTING_MILLIS = 400;
  private static final long MAX_RUNNING_MILLIS = 800;
  private static final int STARTING_ONE_IN = 5;
  private static final int SETTLED_ONE_IN = 3;

  private final Witness witness;
  private final SplittableRandom random;

  /**
   * Torture of a directory in which there is no buffer yet.
   *
   * @param seed decides the moments, as far as a machine repeats itself
   */
  public Torture(Path directory, long seed) {
    this.witness = new Witness(directory);
    this.random = new SplittableRandom(seed);
  }

  /** Whose counts say what was survived. */
  public Witness witness() {
    return witness;
  }

  /** What happens to the machine when a worker is to die. */
  @FunctionalInterface
  public interface Blow {
    /** Strikes; the worker is killed right after it. */
    void strike() throws IOException;
  }

  /**
   * One life of a worker, its death, and the check.
   *
   * @param blow what else happens, just before the process is killed
   * @param afterwards what makes the directory usable again
   * @throws BrokenPromiseException when a promise was not kept
   */
  public void round(Blow blow, Blow afterwards) throws IOException, InterruptedException {
    try (Witness.Life life = witness.start(random.nextLong(), List.of())) {
      if (random.nextInt(STARTING_ONE_IN) == 0) {
        TimeUnit.MILLISECONDS.sleep(random.nextLong(MAX_STARTING_MILLIS));
      } else {
        awaitOpen(life);
        TimeUnit.MILLISECONDS.sleep(random.nextLong(MAX_RUNNING_MILLIS));
      }
      blow.strike();
      life.kill();
    }
    afterwards.strike();
    witness.check(random.nextInt(SETTLED_ONE_IN) == 0);
  }

  private static void awaitOpen(Witness.Life life) throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (!life.isOpen() && life.isAlive()) {
      if (System.nanoTime() - end > 0) {
        throw new BrokenPromiseException("a worker did not open its buffer in " + START);
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
