package io.holdfast.engine.progress;

import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All the small files of a directory: those that are replaced as a whole, and checked as one. */
public final class SmallFiles {
  private SmallFiles() {}

  /**
   * Their names, but for those of dead letters' own directories.
   *
   * @param storage of a buffer, or of one subscriber's dead letters
   */
  public static List<String> list(Storage storage) throws IOException {
    List<String> names = new ArrayList<>();
    if (storage.status(CursorFile.NAME).isPresent()) {
      names.add(CursorFile.NAME);
    }
    for (String name : storage.list("")) {
      boolean progress = name.startsWith("holdfast.sub.") || name.startsWith("quiver.sub.");
      boolean whole =
          name.equals(StateFile.NAME)
              || name.equals(OwnerLock.OWNER)
              || name.equals(ReplayFile.NAME);
      if (!name.endsWith(Envelope.TEMPORARY) && (progress || whole)) {
        names.add(name);
      }
    }
    for (String name : storage.list(LetterFile.FOLDER)) {
      if (!name.endsWith(Envelope.TEMPORARY)) {
        names.add(LetterFile.FOLDER + "/" + name);
      }
    }
    return names;
  }

  /** The names of what a crash may have left half-written. */
  public static List<String> leftovers(Storage storage) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : storage.list("")) {
      boolean ours = name.startsWith("holdfast.") || name.startsWith("quiver.sub.");
      if (ours && name.endsWith(Envelope.TEMPORARY)) {
        names.add(name);
      }
    }
    for (String name : storage.list(LetterFile.FOLDER)) {
      if (name.endsWith(Envelope.TEMPORARY)) {
        names.add(LetterFile.FOLDER + "/" + name);
      }
    }
    return names;
  }

  /** Why a file is not what was written, in a few words; empty when it is, or when it is gone. */
  public static Optional<String> damage(Storage storage, String name) throws IOException {
    if (name.equals(CursorFile.NAME)) {
      return CursorFile.read(storage).isEmpty() && storage.status(name).isPresent()
          ? Optional.of("its head or its checksum is wrong")
          : Optional.empty();
    }
    String id = name.substring(name.lastIndexOf('.') + 1);
    if (name.startsWith("quiver.sub.") && ProgressFile.isLegal(id)) {
      return QuiverProgress.read(storage, id).orElse(null) instanceof QuiverProgress.Read.Damaged
          ? Optional.of("its head or its checksum is wrong")
          : Optional.empty();
    }
    if (name.startsWith("holdfast.sub.") && ProgressFile.isLegal(id)) {
      return ProgressFile.read(storage, id).orElse(null)
              instanceof ProgressFile.Read.Damaged(String why)
          ? Optional.of(why)
          : Optional.empty();
    }
    return Envelope.damage(storage, name);
  }
}
