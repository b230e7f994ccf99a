package io.holdfast.engine.log;

import io.holdfast.engine.storage.Storage;
import java.util.List;

/**
 * Which logs are not opened because the disk refuses to read parts of them. A few sectors before
 * entries that it does read are a bad place of the disk: that costs the entries in it, which are
 * named, and the file stays. But a head, an end of which nobody can say whether it is one, or more
 * than a few sectors may be read again tomorrow: to go on without them would be to forget what was
 * confirmed, and to give its sequences out again. So nothing is changed then, and the buffer does
 * not open. It does without the file: to give that up is for people to say.
 */
final class RefusedLog {
  private final Storage storage;

  RefusedLog(Storage storage) {
    this.storage = storage;
  }

  /**
   * Looks at the heads.
   *
   * @throws RefusedReadException when one is refused
   */
  void checkHeads(List<ScannedFile> files) throws RefusedReadException {
    for (ScannedFile file : files) {
      checkHead(file);
    }
  }

  /**
   * Looks at a head.
   *
   * @throws RefusedReadException when it is refused
   */
  void checkHead(ScannedFile file) throws RefusedReadException {
    if (file.isHeadRefused()) {
      throw refusal(file, 0, file.size());
    }
  }

  /**
   * Looks at what was scanned.
   *
   * @throws RefusedReadException when more is refused than a few sectors, or what may be entries
   *     behind the last one that can be read
   */
  void check(LogSurvey survey) throws RefusedReadException {
    for (ScannedFile file : survey.files()) {
      if (file.refused().isMuch()) {
        throw refusal(file, file.refused().firstFrom(0), file.size());
      }
    }
    for (ScannedFile file : survey.files().reversed()) {
      if (file.isEndRefused()) {
        long end = file.refused().end(file.size());
        throw refusal(file, file.refused().firstFrom(file.end().validEnd()), end);
      }
      if (file.header() instanceof WalHeader.Own || !file.entries().isEmpty()) {
        // It tells where those before it end.
        return;
      }
    }
  }

  /**
   * Looks at a file that would be replaced because nothing was found in it.
   *
   * @throws RefusedReadException when some of it is refused
   */
  void checkReplaced(ScannedFile file) throws RefusedReadException {
    if (!file.refused().isEmpty()) {
      throw refusal(file, file.refused().firstFrom(0), file.refused().end(file.size()));
    }
  }

  private RefusedReadException refusal(ScannedFile file, long from, long to) {
    return new RefusedReadException(
        storage.describe(file.name())
            + " may hold bundles where the disk refuses to read it, from byte "
            + from
            + " to "
            + to
            + ", and nothing of it was changed; should the disk never read it again, take from it"
            + " what it does read (holdfast tail) and move the file aside, then the buffer opens"
            + " without it");
  }
}
