package io.holdfast.engine.log;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Bounds;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** The names of the log's files. */
final class LogFiles {
  static final String FOLDER = "wal";
  static final String ACTIVE = "wal/quiver.wal";
  static final String NEXT = "wal/holdfast.next";
  private static final String SPARE_PREFIX = "holdfast.spare.";
  private static final String REFUSED_PREFIX = "holdfast.refused.";

  /** As what a file is kept that must not be deleted, for people. */
  static final String REFUSED = FOLDER + "/" + REFUSED_PREFIX + "<number>";

  private static final String ROTATED_PREFIX = "quiver.wal.";

  private LogFiles() {}

  /** The name of rotated file {@code number}. */
  static String rotated(long number) {
    return FOLDER + "/" + ROTATED_PREFIX + number;
  }

  /** The name that a rotated file has as a spare one. */
  static String spare(String rotated) {
    return rotated.replace(ROTATED_PREFIX, SPARE_PREFIX);
  }

  /** Whether a name, without its folder, is that of a spare file. */
  static boolean isSpare(String name) {
    return name.startsWith(SPARE_PREFIX);
  }

  /** The name that a rotated file has when it is out of the log and must not be deleted. */
  static String refused(String rotated) {
    return rotated.replace(ROTATED_PREFIX, REFUSED_PREFIX);
  }

  /** Whether a name, without its folder, is that of a file that must not be deleted. */
  static boolean isRefused(String name) {
    return name.startsWith(REFUSED_PREFIX);
  }

  /** Whether this open file has that name. */
  static boolean isNamed(Storage storage, String name, StorageFile file) throws IOException {
    Optional<Storage.FileStatus> status = storage.status(name);
    return status.isPresent() && status.get().key().equals(file.key());
  }

  /** The number in the name of a rotated file, without its folder; empty for other names. */
  static OptionalLong rotatedNumber(String name) {
    if (!name.startsWith(ROTATED_PREFIX)) {
      return OptionalLong.empty();
    }
    String digits = name.substring(ROTATED_PREFIX.length());
    if (digits.isEmpty()
        || digits.length() > 18
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(digits);
    return Bounds.isPossibleNumber(number) ? OptionalLong.of(number) : OptionalLong.empty();
  }
}
