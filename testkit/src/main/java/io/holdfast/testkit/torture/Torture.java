package io.holdfast.testkit.torture;

import io.holdfast.engine.DurableBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Kills workers on one directory, again and again, and checks after each death that nothing is
 * missing. The moments are random: while it starts and recovers, soon after, or under full load.
 *
 * <p>Belongs to one thread at a time, and so does its {@link #witness()}. Two of them may work at
 * once, on two directories.
 */
public final class Torture {
  private static final Duration START = Duration.ofSeconds(60);
  private static final long MAX_STARTING_MILLIS = 400;
  private static final long MAX_RUNNING_MILLIS = 800;
  private static final int STARTING_ONE_IN = 5;
  private static final int SETTLED_ONE_IN = 3;

  private final Path directory;
  private final Witness witness;
  private final SplittableRandom random;

  /**
   * Torture of a directory in which there is no buffer yet.
   *
   * @param seed decides the moments, as far as a machine repeats itself
   */
  public Torture(Path directory, long seed) {
    this.directory = directory;
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
   * Opens and closes the buffer once, so that what keeps it from being made is known before anybody
   * is killed.
   *
   * @throws io.holdfast.engine.HoldfastException when it cannot be made there
   */
  public void prepare() {
    DurableBuffer.open(directory, Worker.options()).close();
  }

  /**
   * One life of a worker, which is killed, and the check.
   *
   * @throws BrokenPromiseException when a promise was not kept
   */
  public void round() throws IOException, InterruptedException {
    try (Witness.Life life = live()) {
      life.kill();
    }
    check();
  }

  /**
   * One life of a worker, its death, and the check.
   *
   * @param blow what happens just before the process is killed; it may stop of it
   * @param afterwards what makes the directory usable again
   * @throws BrokenPromiseException when a promise was not kept
   */
  public void round(Blow blow, Blow afterwards) throws IOException, InterruptedException {
    try (Witness.Life life = live()) {
      life.strike(blow);
    }
    afterwards.strike();
    check();
  }

  private void check() {
    witness.check(random.nextInt(SETTLED_ONE_IN) == 0);
  }

  /** A worker, at a random moment of its life. */
  private Witness.Life live() throws IOException, InterruptedException {
    boolean starting = witness.lives() > 0 && random.nextInt(STARTING_ONE_IN) == 0;
    Witness.Life life = witness.start(random.nextLong(), List.of());
    boolean ready = false;
    try {
      if (starting) {
        TimeUnit.MILLISECONDS.sleep(random.nextLong(MAX_STARTING_MILLIS));
      } else {
        awaitWork(life);
        TimeUnit.MILLISECONDS.sleep(random.nextLong(MAX_RUNNING_MILLIS));
      }
      life.checkAlive();
      ready = true;
      return life;
    } finally {
      if (!ready) {
        life.close();
      }
    }
  }

  private static void awaitWork(Witness.Life life) throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (life.confirmedSoFar() == 0) {
      life.checkAlive();
      if (System.nanoTime() - end > 0) {
        throw new BrokenPromiseException(
            "nothing was confirmed to a worker in " + START + "; " + life.saidOnError());
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
