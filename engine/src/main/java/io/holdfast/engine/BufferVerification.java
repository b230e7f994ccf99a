package io.holdfast.engine;

import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What reading and checking everything in a buffer's directory has found. Made beside a running
 * owner, without its lock and without a change. A value.
 *
 * @param findings in the order in which they were found
 * @param files that were checked
 * @param bundles that were read and decoded
 * @param bytes that were read of logs and segments
 */
public record BufferVerification(List<Finding> findings, int files, long bundles, long bytes) {

  /** Copies the list. */
  public BufferVerification {
    findings = List.copyOf(findings);
  }

  /**
   * Reads and checks a directory: the checksums of all log entries, of all bundles in segments and
   * of whole segments, the small files, and whether every bundle that somebody may still get is an
   * Arrow record batch. Its subscribers' dead letters are checked in the same way.
   *
   * @throws UnsupportedVersionException when the files are of a version that this engine does not
   *     know
   * @throws StorageException when the disk refuses, or there is no buffer
   */
  public static BufferVerification of(Path directory) {
    return of(FileStorage.at(directory), (done, total) -> {});
  }

  /** As {@link #of(Path)}, on any storage, which stays the caller's; tells how far it is. */
  public static BufferVerification of(Storage storage, Progress progress) {
    return new Verifier(progress).verify(storage);
  }

  /** Whether something that was confirmed cannot be read. */
  public boolean isDamaged() {
    return findings.stream().anyMatch(finding -> finding.severity == Severity.DAMAGE);
  }

  /** Told how far a verification is, on its thread. */
  @FunctionalInterface
  public interface Progress {
    /** So many bytes of so many are done; the total may grow. */
    void at(long done, long total);
  }

  /** What a finding means. */
  public enum Severity {
    /** Bytes that were written and confirmed are not what they were. */
    DAMAGE,
    /** Bytes at the end that no append was told of as durable; normal after a crash. */
    UNCONFIRMED,
    /** Something a person may want to know, and no loss. */
    NOTE
  }

  /**
   * Something that was found.
   *
   * @param severity what it means
   * @param file its name; empty when it is about no one file
   * @param offset of the first byte that it is about
   * @param length how many bytes
   * @param sequences of the bundles that it costs, as far as they are known
   * @param what in words
   */
  public record Finding(
      Severity severity,
      String file,
      long offset,
      long length,
      Optional<RecoveryReport.SequenceRange> sequences,
      String what) {}
}
