package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.TaskExecutor.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tasks that one thread steps on a clock that stands still. */
class SimulatedTasksTest {
  private final SimulatedTime time = new SimulatedTime();
  private final SimulatedTasks tasks = new SimulatedTasks(time, 1);
  private final List<String> ran = new ArrayList<>();

  @Test
  void aTaskRunsOncePerRunForAllTheSignalsBeforeIt() {
    Task task = tasks.register("a", () -> ran.add("a"));
    assertThat(tasks.step()).isFalse();
    task.signal();
    task.signal();
    assertThat(ran).isEmpty();
    assertThat(tasks.step()).isTrue();
    assertThat(tasks.step()).isFalse();
    assertThat(ran).containsExactly("a");
  }

  @Test
  void aStepMaySignalItselfAndOthers() {
    Task[] known = new Task[2];
    known[0] =
        tasks.register(
            "a",
            () -> {
              ran.add("a");
              known[1].signal();
            });
    known[1] =
        tasks.register(
            "b",
            () -> {
              ran.add("b");
              if (ran.size() < 6) {
                known[0].signal();
              }
            });
    known[0].signal();
    assertThat(tasks.runUntilIdle()).isEqualTo(6);
    assertThat(ran).containsExactly("a", "b", "a", "b", "a", "b");
  }

  @Test
  void seedsGiveEveryOrderAndTheSameSeedTheSame() {
    Set<List<String>> orders = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      List<String> order = order(seed);
      assertThat(order(seed)).isEqualTo(order);
      orders.add(order);
    }
    assertThat(orders).hasSize(6);
  }

  private static List<String> order(long seed) {
    SimulatedTasks tasks = new SimulatedTasks(new SimulatedTime(), seed);
    List<String> ran = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      tasks.register(name, () -> ran.add(name)).signal();
    }
    tasks.runUntilIdle();
    return ran;
  }

  @Test
  void timersRunAtTheirOwnMomentInTheirOrder() {
    Task late = tasks.register("late", () -> ran.add("late at " + time.monotonicNanos()));
    Task early = tasks.register("early", () -> ran.add("early at " + time.monotonicNanos()));
    late.signalAfter(Duration.ofNanos(20));
    early.signalAfter(Duration.ofNanos(10));
    assertThat(tasks.runUntilIdle()).isZero();
    tasks.advance(Duration.ofNanos(15));
    assertThat(ran).containsExactly("early at 10");
    tasks.advance(Duration.ofNanos(15));
    assertThat(ran).containsExactly("early at 10", "late at 20");
    assertThat(time.monotonicNanos()).isEqualTo(30);
  }

  @Test
  void theEarliestTimerCountsAndARunClearsIt() {
    Task task = tasks.register("a", () -> ran.add("a"));
    task.signalAfter(Duration.ofSeconds(Long.MAX_VALUE));
    task.signalAfter(Duration.ofNanos(10));
    task.signalAfter(Duration.ofNanos(20));
    task.signal();
    tasks.runUntilIdle();
    tasks.advance(Duration.ofNanos(100));
    assertThat(ran).containsExactly("a");
  }

  @Test
  void aTaskThatAsksForItselfRunsAtEachInterval() {
    Task[] self = new Task[1];
    self[0] =
        tasks.register(
            "a",
            () -> {
              ran.add("a");
              self[0].signalAfter(Duration.ofSeconds(1));
            });
    self[0].signal();
    tasks.advance(Duration.ofSeconds(5));
    assertThat(ran).hasSize(6);
  }

  @Test
  void aClosedTaskNeverRunsAgain() {
    Task task = tasks.register("a", () -> ran.add("a"));
    task.signal();
    task.close();
    task.signal();
    task.signalAfter(Duration.ZERO);
    assertThat(tasks.runUntilIdle()).isZero();
    Task killed = tasks.register("b", () -> ran.add("b"));
    killed.signal();
    tasks.kill();
    killed.signal();
    assertThat(tasks.runUntilIdle()).isZero();
    assertThat(ran).isEmpty();
  }

  @Test
  void tasksThatNeverRestAreNamed() {
    Task[] self = new Task[1];
    self[0] = tasks.register("restless", () -> self[0].signal());
    self[0].signal();
    assertThatThrownBy(tasks::runUntilIdle).hasMessageContaining("restless");
  }

  @Test
  void theWallClockJumpsAndTheOtherNever() {
    long epoch = time.epochNanos();
    time.advance(Duration.ofNanos(5));
    time.jump(Duration.ofHours(-1));
    assertThat(time.monotonicNanos()).isEqualTo(5);
    assertThat(time.epochNanos()).isEqualTo(epoch + 5 - Duration.ofHours(1).toNanos());
    assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStepThatTakesLongerThanIsToPassLetsNoTimePassBesides() {
    Task slow = tasks.register("slow", () -> time.advance(Duration.ofSeconds(9)));
    slow.signalAfter(Duration.ofSeconds(1));
    tasks.advance(Duration.ofSeconds(2));
    assertThat(time.monotonicNanos()).isEqualTo(Duration.ofSeconds(10).toNanos());
  }
}
