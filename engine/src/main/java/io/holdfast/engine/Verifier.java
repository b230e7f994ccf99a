package io.holdfast.engine;

import io.holdfast.engine.log.LogContents;
import io.holdfast.engine.progress.SmallFiles;
import io.holdfast.engine.segment.SegmentFile;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.DamagedBundleException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes a {@link BufferVerification}. One use. */
final class Verifier {
  private final BufferVerification.Progress progress;
  private final List<BufferVerification.Finding> findings = new ArrayList<>();

  /** Files that are told as a whole, so that their bundles need not be. */
  private final Set<String> told = new HashSet<>();

  private int files;
  private long bundles;
  private long done;
  private long total;

  Verifier(BufferVerification.Progress progress) {
    this.progress = progress;
  }

  BufferVerification verify(Storage storage) {
    try {
      directory(storage);
      for (String id : storage.listFolders(DeadLetterBox.FOLDER)) {
        Storage letters = storage.folder(DeadLetterBox.FOLDER + "/" + id);
        if (!letters.list("wal").isEmpty()) {
          directory(letters);
        }
      }
    } catch (IOException e) {
      throw new StorageException(
          storage.describe("") + " cannot be read: " + WalBuffer.reason(e), e);
    }
    return new BufferVerification(findings, files, bundles, done);
  }

  private void directory(Storage storage) throws IOException {
    for (String name : SmallFiles.list(storage)) {
      files++;
      Optional<String> why = SmallFiles.damage(storage, name);
      if (why.isPresent()) {
        long size = storage.status(name).map(Storage.FileStatus::size).orElse(0L);
        damage(storage.describe(name), 0, size, Optional.empty(), why.get());
      }
    }
    try (WalReader reader = WalReader.open(storage, new WalReader.View.Everything())) {
      List<LogContents.File> logs = LogContents.of(reader.survey()).files();
      List<SegmentFile> segments = reader.segments().files();
      files += logs.size() + segments.size() + reader.segments().unreadable().size();
      long logBytes = logs.stream().mapToLong(LogContents.File::bytes).sum();
      long segmentBytes = segments.stream().mapToLong(SegmentFile::size).sum();
      total += logBytes + 2 * segmentBytes;
      advance(logBytes);
      log(storage, reader);
      for (SegmentFile segment : segments) {
        whole(storage, reader.segments(), segment);
      }
      long before = done;
      bundles(reader);
      advance(Math.max(0, segmentBytes - (done - before)));
      for (Segments.Unreadable file : reader.segments().unreadable()) {
        if (told.add(storage.describe(file.name()))) {
          damage(storage.describe(file.name()), 0, file.size(), Optional.empty(), file.why());
        }
      }
    }
  }

  private void log(Storage storage, WalReader reader) {
    RecoveryReport report = reader.survey().report(0);
    for (RecoveryReport.Range range : report.damage()) {
      damage(
          range.file(),
          range.offset(),
          range.length(),
          LogContents.lostIn(reader.survey(), storage, range),
          "bytes that are no log entry");
    }
    for (RecoveryReport.Range range : report.unconfirmed()) {
      findings.add(
          new BufferVerification.Finding(
              BufferVerification.Severity.UNCONFIRMED,
              range.file(),
              range.offset(),
              range.length(),
              LogContents.lostIn(reader.survey(), storage, range),
              "bytes at the end that no append was told of as durable"));
    }
    for (String note : report.notes()) {
      findings.add(
          new BufferVerification.Finding(
              BufferVerification.Severity.NOTE, "", 0, 0, Optional.empty(), note));
    }
  }

  private void whole(Storage storage, Segments segments, SegmentFile segment) throws IOException {
    if (!segments.isWhole(segment)) {
      String name = storage.describe(segment.name());
      if (!segment.isOwn()) {
        told.add(name);
      }
      damage(
          name,
          0,
          segment.size(),
          Optional.empty(),
          segment.isOwn()
              ? "the checksum of the whole segment is wrong; bundles that this costs are named"
                  + " apart"
              : "the checksum of the segment is wrong; its "
                  + segment.bundles()
                  + " bundles are lost");
    }
    advance(segment.size());
  }

  private void bundles(WalReader reader) {
    for (BundleReader.Item item = reader.next(); item != null; item = reader.next()) {
      bundles++;
      if (item.segment().isPresent()) {
        advance(reader.length());
      }
      for (RecordBundle.Slot slot : item.bundle().slots()) {
        try {
          slot.root();
        } catch (CorruptException e) {
          damage(
              e.file(),
              e.offset(),
              reader.length(),
              sequence(item.sequence().orElse(-1)),
              "slot " + slot.id() + " holds no record batch");
          break;
        }
      }
    }
    for (DamagedBundleException lost : reader.damagedBundles()) {
      if (!told.contains(lost.place().file())) {
        damage(
            lost.place().file(),
            lost.place().offset(),
            lost.length(),
            sequence(lost.sequence()),
            lost.why());
      }
    }
  }

  private static Optional<RecoveryReport.SequenceRange> sequence(long sequence) {
    return sequence < 0
        ? Optional.empty()
        : Optional.of(new RecoveryReport.SequenceRange(sequence, sequence));
  }

  private void damage(
      String file,
      long offset,
      long length,
      Optional<RecoveryReport.SequenceRange> sequences,
      String what) {
    findings.add(
        new BufferVerification.Finding(
            BufferVerification.Severity.DAMAGE, file, offset, length, sequences, what));
  }

  private void advance(long bytes) {
    done += bytes;
    progress.at(done, Math.max(done, total));
  }
}
