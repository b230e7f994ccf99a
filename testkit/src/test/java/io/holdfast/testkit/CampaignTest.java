package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The book of the long runs adds up. */
class CampaignTest {
  @Test
  void theSumsInTheBookAreThoseOfItsRows() throws IOException {
    List<String> book = Files.readAllLines(Campaign.root().resolve("docs/reliability.md"));
    List<Campaign.Run> runs = Campaign.runs(book);
    assertThat(runs).isNotEmpty();
    assertThat(book).containsSequence(Campaign.sums(runs, runs.getLast().engine()));
  }
}
