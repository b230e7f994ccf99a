package io.holdfast.cli;

import io.holdfast.engine.BufferVerification;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.storage.FileStorage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads and checks everything in a buffer's directory. */
@Command(
    description = {
      "Reads and checks everything in the buffer in DIR.",
      "That is every log entry, every bundle in a segment and every segment as a whole, and",
      "the small files. Changes nothing and may run beside the owner. Ends with 1 when there",
      "is damage, and names it with file, offset and sequences. Bytes at the end that no",
      "append was told of are named, and are no damage.",
      ""
    },
    customSynopsis = "holdfast verify [--json] DIR")
final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR", description = "The buffer's directory.")
  private Path directory = Path.of("");

  @Option(
      names = "--json",
      description = "A JSON line for each finding, and one for the sum, for programs.")
  private boolean json;

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    BufferVerification found;
    try (ProgressBar bar = new ProgressBar(console.err(), !json && ProgressBar.hasTerminal())) {
      found = BufferVerification.of(FileStorage.at(directory), bar);
    }
    for (BufferVerification.Finding finding : found.findings()) {
      console.out().println(json ? JsonText.of(document(finding)) : line(finding));
    }
    long damages =
        found.findings().stream()
            .filter(finding -> finding.severity() == BufferVerification.Severity.DAMAGE)
            .count();
    if (json) {
      Map<String, Object> sum = new LinkedHashMap<>();
      sum.put("damages", damages);
      sum.put("files", found.files());
      sum.put("bundles", found.bundles());
      sum.put("bytes", found.bytes());
      console.out().println(JsonText.of(sum));
    } else {
      console
          .out()
          .println(
              (damages == 0 ? "no damage" : damages + (damages == 1 ? " damage" : " damages"))
                  + "; "
                  + found.files()
                  + " files, "
                  + found.bundles()
                  + " bundles, "
                  + Sizes.text(found.bytes())
                  + " read");
    }
    console.out().flush();
    return (found.isDamaged() ? ExitCode.BAD : ExitCode.DONE).code();
  }

  private static String line(BufferVerification.Finding finding) {
    String where =
        finding.file().isEmpty()
            ? ""
            : finding.file()
                + ": "
                + finding.length()
                + " bytes at offset "
                + finding.offset()
                + ": ";
    String sequences = finding.sequences().map(it -> "; lost: " + it).orElse("");
    return switch (finding.severity()) {
      case DAMAGE -> "damage: " + where + finding.what() + sequences;
      case UNCONFIRMED -> "unconfirmed: " + where + finding.what();
      case NOTE -> "note: " + finding.what();
    };
  }

  private static Map<String, Object> document(BufferVerification.Finding finding) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("severity", finding.severity());
    members.put("file", finding.file());
    members.put("offset", finding.offset());
    members.put("length", finding.length());
    members.put("first_sequence", finding.sequences().map(RecoveryReport.SequenceRange::first));
    members.put("last_sequence", finding.sequences().map(RecoveryReport.SequenceRange::last));
    members.put("what", finding.what());
    return members;
  }
}
