package io.holdfast.pipeline;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.TimeSource;
import io.holdfast.script.Environment;
import java.nio.file.Path;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * What pipelines have of the program that they run in. A value: each {@code with…} gives another.
 *
 * @param dataDirectory where buffers live whose query names no directory
 * @param workingDirectory what a directory in a query is relative to
 * @param time where time comes from
 * @param random where chance comes from; must be thread-safe
 * @param loops makes the pipelines' loops
 * @param buffers the options that buffers start from; caps and limits come from the query
 * @param environment what the functions of a query see of the world; their chance and their clock
 *     come from here, not from it
 * @param listener is told what happens
 */
public record Host(
    Path dataDirectory,
    Path workingDirectory,
    TimeSource time,
    RandomGenerator random,
    EventLoop.Factory loops,
    BufferOptions buffers,
    Environment environment,
    PipelineListener listener) {

  /** The machine's clocks, a thread for each loop, synced buffers, notices to the log. */
  public static Host of(Path dataDirectory, Path workingDirectory) {
    return new Host(
        dataDirectory,
        workingDirectory,
        TimeSource.system(),
        // Thread-safe, which the default generator is not.
        new Random(),
        EventLoop.threads(),
        BufferOptions.defaults(),
        Environment.system("holdfast", "unknown"),
        PipelineListener.logging());
  }

  /** With another {@link #listener}. */
  public Host withListener(PipelineListener value) {
    return new Host(
        dataDirectory, workingDirectory, time, random, loops, buffers, environment, value);
  }

  /** With another {@link #loops}. */
  public Host withLoops(EventLoop.Factory value) {
    return new Host(
        dataDirectory, workingDirectory, time, random, value, buffers, environment, listener);
  }

  /** With another {@link #time}. */
  public Host withTime(TimeSource value) {
    return new Host(
        dataDirectory, workingDirectory, value, random, loops, buffers, environment, listener);
  }

  /** With another {@link #random}; it must be thread-safe. */
  public Host withRandom(RandomGenerator value) {
    return new Host(
        dataDirectory, workingDirectory, time, value, loops, buffers, environment, listener);
  }

  /** With other {@link #buffers}. */
  public Host withBuffers(BufferOptions value) {
    return new Host(
        dataDirectory, workingDirectory, time, random, loops, value, environment, listener);
  }

  /** With another {@link #environment}. */
  public Host withEnvironment(Environment value) {
    return new Host(dataDirectory, workingDirectory, time, random, loops, buffers, value, listener);
  }
}
