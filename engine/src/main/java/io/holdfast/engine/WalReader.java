package io.holdfast.engine;

import io.holdfast.engine.log.LogRecovery;
import io.holdfast.engine.log.LogSurvey;
import io.holdfast.engine.log.StoredEntry;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.progress.ProgressFile;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** A live reader of a log: what all subscribers have resolved is left out. */
final class WalReader implements BundleReader {
  private final LogSurvey survey;
  private final ResolvedSet resolved;
  private final BufferPool pool = new BufferPool();
  private final BufferAllocator allocator = new RootAllocator();
  private final LogSurvey.Reading reading;
  private @Nullable StoredEntry current;

  private WalReader(LogSurvey survey, ResolvedSet resolved) {
    this.survey = survey;
    this.resolved = resolved;
    this.reading = survey.read(pool, allocator);
  }

  static BundleReader open(Storage storage) {
    boolean interrupted = Thread.interrupted();
    try {
      // In this order: what is resolved and deleted meanwhile is then missed nowhere else.
      List<ProgressFile> progress = progress(storage);
      LogSurvey survey = LogRecovery.survey(storage);
      if (survey.isEmpty()) {
        survey.close();
        throw new StorageException(
            storage.describe("") + " holds no buffer: there is no log in its folder wal", null);
      }
      return new WalReader(survey, resolvedByAll(progress, survey));
    } catch (IOException e) {
      throw new StorageException(
          storage.describe("") + " cannot be read: " + WalBuffer.reason(e), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static List<ProgressFile> progress(Storage storage) throws IOException {
    List<ProgressFile> all = new ArrayList<>();
    for (String id : ProgressFile.list(storage)) {
      switch (ProgressFile.read(storage, id).orElse(null)) {
        case ProgressFile.Read.Known(ProgressFile file) when !file.removed() -> all.add(file);
        case ProgressFile.Read.Damaged damaged ->
            all.add(new ProgressFile(false, new ResolvedSet(0), Optional.empty()));
        case ProgressFile.Read.Known removed -> {}
        case null -> {}
      }
    }
    return all;
  }

  private static ResolvedSet resolvedByAll(List<ProgressFile> progress, LogSurvey survey) {
    ResolvedSet common = null;
    for (ProgressFile file : progress) {
      ResolvedSet one = file.resolved();
      if (file.highest().isPresent() && !survey.holds(file.highest().get())) {
        one.forgetFrom(survey.cursorSequence());
      }
      if (common == null) {
        common = one;
      } else {
        common.retainAll(one);
      }
    }
    return common == null ? new ResolvedSet(0) : common;
  }

  @Override
  public @Nullable Item next() {
    release();
    try {
      StoredEntry entry = reading.next(sequence -> !resolved.contains(sequence));
      current = entry;
      return entry == null
          ? null
          : new Item(
              entry.bundle(),
              OptionalLong.of(entry.sequence()),
              OptionalLong.empty(),
              OptionalInt.empty(),
              OptionalLong.of(entry.time()));
    } catch (IOException e) {
      throw new StorageException("the log cannot be read: " + WalBuffer.reason(e), e);
    }
  }

  @Override
  public RecoveryReport report() {
    return reading.report();
  }

  private void release() {
    StoredEntry entry = current;
    if (entry != null) {
      current = null;
      entry.close();
    }
  }

  @Override
  public void close() {
    release();
    try (allocator) {
      survey.close();
    } catch (IOException e) {
      throw new StorageException("the log's files cannot be closed: " + WalBuffer.reason(e), e);
    }
  }
}
