package io.holdfast.server;

import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.runtime.Deployment;
import io.holdfast.pipeline.runtime.Summary;
import io.holdfast.script.Environment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** A plan that runs. {@link #summary} may be called from any thread, {@link #stop} from one. */
public final class Server {
  private static final System.Logger LOG = System.getLogger("io.holdfast.server");

  private final Deployment deployment;

  private Server(Deployment deployment) {
    this.deployment = deployment;
  }

  /**
   * Starts a plan: opens its buffers, then starts sinks, pipelines and sources.
   *
   * @param dataDirectory where buffers live whose query names no directory; made when a buffer
   *     needs it
   * @param workingDirectory what a directory in a query is relative to
   * @throws EnvironmentException when the data directory cannot be used; nothing runs then
   * @throws io.holdfast.engine.HoldfastException when a buffer cannot be opened; nothing runs then
   */
  public static Server start(Plan plan, Path dataDirectory, Path workingDirectory) {
    if (plan.buffers().stream().anyMatch(buffer -> !buffer.inQuery())) {
      DataDirectory.prepare(dataDirectory);
    }
    Host host =
        Host.of(dataDirectory, workingDirectory)
            .withEnvironment(Environment.system("holdfast", Version.current()));
    Deployment deployment = plan.deploy(host);
    deployment.start();
    // Apart, because it reads all that they hold.
    Thread.ofVirtual().name("left behind").start(() -> nameLeftBehind(plan, dataDirectory));
    return new Server(deployment);
  }

  private static void nameLeftBehind(Plan plan, Path dataDirectory) {
    Set<Path> used =
        plan.buffers().stream().map(BufferPlan::directory).collect(Collectors.toUnmodifiableSet());
    LeftBehind.find(dataDirectory, used)
        .forEach(sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
  }

  /** What it did so far. */
  public Summary summary() {
    return deployment.summary();
  }

  /** Whether a source asked to stop after it, and everything is delivered. */
  public boolean isDone() {
    return deployment.isStopDue();
  }

  /**
   * Stops the sources, waits for what is in flight, and closes the buffers. What is not delivered
   * then stays in them for the next run; a backlog is not waited for.
   *
   * @param drain how long to wait at most for what is in flight
   * @throws InterruptedException when interrupted while waiting; what runs is then to be abandoned
   *     with the process, which loses nothing
   */
  public Summary stop(Duration drain) throws InterruptedException {
    return deployment.stop(drain);
  }
}
