package io.holdfast.testkit;

/** What an engine test runs on: every one on both. */
enum Disk {
  /** Real files, real time, a thread for each task. */
  FILES,
  /** The simulated disk, a clock that stands still, and tasks that the test's own thread runs. */
  SIMULATED
}
