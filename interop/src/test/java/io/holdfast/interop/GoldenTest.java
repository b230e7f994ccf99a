package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.canonical.CanonicalBundle;
import io.holdfast.engine.LossReason;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.Subscriber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class GoldenTest {
  private static final String NEW = "a-new-one";

  @TempDir private Path folder;

  static List<GoldenCase> cases() {
    return GoldenCase.all();
  }

  @Test
  void everyDirectoryThatTheManifestNamesIsTried() {
    assertThat(cases()).hasSize(52);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aNewSubscriberGetsWhatIsExpected(GoldenCase golden) {
    Path data = Directories.copy(golden.data(), folder.resolve("data"));
    try (Life life = Life.open(data)) {
      golden.expected().assertMetBy(life.peek(NEW), "a new subscriber");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void thoseWithProgressFilesGetWhatTheyHaveNotResolved(GoldenCase golden) {
    Path data = Directories.copy(golden.data(), folder.resolve("data"));
    try (Life life = Life.open(data)) {
      golden
          .subscribers()
          .forEach((id, expected) -> expected.assertMetBy(life.peek(id), "subscriber " + id));
    }
    try (Life life = Life.open(data)) {
      golden
          .subscribers()
          .forEach(
              (id, expected) ->
                  expected.assertMetBy(life.peek(id), "subscriber " + id + ", opened again,"));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void openedAgainTheSameComesAndWhatWasAckedDoesNot(GoldenCase golden) {
    Path data = Directories.copy(golden.data(), folder.resolve("data"));
    List<String> first;
    try (Life life = Life.open(data)) {
      first = life.peek(NEW);
    }
    try (Life life = Life.open(data)) {
      assertThat(life.peek(NEW)).as("opened again").isEqualTo(first);
      life.resolve(NEW, place -> place % 2 == 0);
    }
    List<String> rest = new ArrayList<>();
    for (int place = 1; place < first.size(); place += 2) {
      rest.add(first.get(place));
    }
    try (Life life = Life.open(data)) {
      assertThat(life.peek(NEW)).as("with every other one acked").isEqualTo(rest);
      life.resolve(NEW, place -> true);
    }
    try (Life life = Life.open(data)) {
      assertThat(life.peek(NEW)).as("with all acked").isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsAppendedNextIsNotTakenForSomethingOlder(GoldenCase golden) {
    Path data = Directories.copy(golden.data(), folder.resolve("data"));
    RecordBundle empty = RecordBundle.builder().build();
    String digest = CanonicalBundle.digest(empty);
    var subscribers = new TreeSet<>(golden.subscribers().keySet());
    subscribers.add(NEW);
    List<List<String>> before = new ArrayList<>();
    try (Life life = Life.open(data)) {
      for (String subscriber : subscribers) {
        before.add(life.peek(subscriber));
      }
      life.append(empty);
    }
    try (Life life = Life.open(data)) {
      for (String subscriber : subscribers) {
        List<String> expected = new ArrayList<>(before.removeFirst());
        expected.add(digest);
        assertThat(life.peek(subscriber)).as(subscriber).isEqualTo(expected);
      }
    }
  }

  @Test
  void ofOldTimesOnlyWhatIsYoungerThanTheMaximumAgeComes() {
    GoldenCase golden =
        cases().stream().filter(one -> one.name().equals("old-times")).findFirst().orElseThrow();
    List<String> all =
        golden.expected().bundles().stream().map(Expectation.Bundle::digest).toList();
    Path data = Directories.copy(golden.data(), folder.resolve("data"));
    // The first six are of 2001 and 1970, the last three of 2100.
    List<String> young = all.subList(6, 9);
    for (int life = 1; life <= 2; life++) {
      try (Life limited = Life.open(data, options -> options.withMaxAge(Duration.ofDays(1)))) {
        assertThat(limited.peek(NEW)).as("life %s", life).isEqualTo(young);
        try (Subscriber subscriber = limited.buffer().subscribe(NEW)) {
          assertThat(subscriber.lost(LossReason.EXPIRED).bundles())
              .as("life %s", life)
              .isEqualTo(6);
        }
      }
    }
    try (Life unlimited = Life.open(data)) {
      assertThat(unlimited.peek(NEW)).as("what is gone is gone").isEqualTo(young);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aLiveReaderFindsWhatANewSubscriberGetsAndChangesNothing(GoldenCase golden) {
    Path data = Directories.copy(golden.data(), folder.resolve("data"));
    List<String> found = Life.read(data);
    golden.expected().assertMetBy(found, "a live reader");
    assertThat(Directories.contents(data)).isEqualTo(Directories.contents(golden.data()));
  }
}
