package io.holdfast.engine;

import io.holdfast.engine.log.LogContents;
import io.holdfast.engine.progress.CursorFile;
import io.holdfast.engine.progress.OwnerLock;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.segment.SegmentFile;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Totals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a {@link BufferInspection}. */
final class Inspector {
  private final Storage storage;
  private final WalReader reader;

  private Inspector(Storage storage, WalReader reader) {
    this.storage = storage;
    this.reader = reader;
  }

  static BufferInspection inspect(Storage storage) {
    try (WalReader reader = WalReader.open(storage, new WalReader.View.Everything())) {
      return new Inspector(storage, reader).inspect();
    } catch (IOException e) {
      throw new StorageException(
          storage.describe("") + " cannot be read: " + WalBuffer.reason(e), e);
    }
  }

  private BufferInspection inspect() throws IOException {
    Set<String> known = new HashSet<>();
    List<BufferInspection.LogFile> logs = new ArrayList<>();
    for (LogContents.File file : LogContents.of(reader.survey()).files()) {
      known.add(file.name());
      logs.add(
          new BufferInspection.LogFile(
              file.name(),
              file.bytes(),
              file.own(),
              file.positionStart(),
              file.positionEnd(),
              file.entries(),
              file.sequences()));
    }
    List<BufferInspection.Segment> segments = segments();
    segments.forEach(segment -> known.add(segment.name()));
    List<BufferInspection.OtherFile> others = new ArrayList<>();
    walk("", known, others);
    others.sort(Comparator.comparing(BufferInspection.OtherFile::name));
    List<BufferInspection.SubscriberState> subscribers = subscribers();
    return new BufferInspection(
        storage.describe(""),
        logs,
        segments,
        others,
        subscribers,
        subscribers.stream()
            .map(BufferInspection.SubscriberState::oldestEpochNanos)
            .reduce(Store::earlier)
            .orElse(reader.oldest()),
        CursorFile.read(storage),
        reader.survey().cursorSequence(),
        reader.nextSequence(),
        reader.report().cleanStop(),
        OwnerLock.ownerOf(storage));
  }

  private List<BufferInspection.Segment> segments() {
    List<BufferInspection.Segment> found = new ArrayList<>();
    for (SegmentFile file : reader.segments().files()) {
      found.add(
          new BufferInspection.Segment(
              file.name(),
              file.size(),
              file.number(),
              file.isOwn(),
              file.bundles(),
              file.isOwn()
                  ? Optional.of(new RecoveryReport.SequenceRange(file.first(), file.last()))
                  : Optional.empty(),
              Optional.empty()));
    }
    for (Segments.Unreadable file : reader.segments().unreadable()) {
      found.add(
          new BufferInspection.Segment(
              file.name(),
              file.size(),
              file.number(),
              false,
              0,
              Optional.empty(),
              Optional.of(file.why())));
    }
    found.sort(Comparator.comparingLong(BufferInspection.Segment::number));
    return found;
  }

  private void walk(String folder, Set<String> known, List<BufferInspection.OtherFile> found)
      throws IOException {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    for (String name : storage.list(folder)) {
      Optional<Storage.FileStatus> status = storage.status(prefix + name);
      if (!known.contains(prefix + name) && status.isPresent()) {
        found.add(new BufferInspection.OtherFile(prefix + name, status.get().size()));
      }
    }
    for (String name : storage.listFolders(folder)) {
      walk(prefix + name, known, found);
    }
  }

  /** Letters that nobody can read do not hide the rest of the buffer. */
  private Letters deadLetters(String id) {
    try (DeadLetterReader letters = DeadLetterReader.open(storage, id)) {
      return new Letters(letters.count(), Optional.empty());
    } catch (HoldfastException e) {
      return new Letters(0, Optional.of("its dead letters cannot be counted: " + e.getMessage()));
    }
  }

  private record Letters(long count, Optional<String> problem) {
    Optional<String> with(Optional<String> note) {
      return problem.map(it -> note.map(other -> other + "; " + it).orElse(it)).or(() -> note);
    }
  }

  private List<BufferInspection.SubscriberState> subscribers() throws IOException {
    List<BufferInspection.SubscriberState> found = new ArrayList<>();
    for (Map.Entry<String, SubscriberFiles.Progress> entry : reader.progress().entrySet()) {
      ResolvedSet resolved = entry.getValue().resolved();
      Totals lag = reader.countMissing(resolved);
      Letters letters = deadLetters(entry.getKey());
      found.add(
          new BufferInspection.SubscriberState(
              entry.getKey(),
              Math.max(0, resolved.lowWater()),
              resolved.runs().size(),
              new Subscriber.Backlog(lag.bundles(), lag.items(), lag.bytes()),
              reader.oldestMissing(resolved),
              letters.count(),
              letters.with(entry.getValue().note())));
    }
    return found;
  }
}
