package io.holdfast.testkit;

import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A second process: tries the lock, says how it went, and holds it until its input ends. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws Exception {
    Optional<Storage.StorageLock> lock = FileStorage.at(Path.of(args[0])).tryLock(args[1]);
    System.out.println(lock.isPresent() ? "held" : "refused");
    System.in.transferTo(java.io.OutputStream.nullOutputStream());
    if (lock.isPresent()) {
      lock.get().close();
    }
    System.out.write("done\n".getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }
}
