package io.holdfast.testkit;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A storage in which no segment can be made. */
record WithoutSegments(Storage whole) implements Storage {
  private static void refuse(String name) throws IOException {
    if (name.startsWith("segments")) {
      throw new IOException(name + " cannot be made here");
    }
  }

  @Override
  public void createDirectory(String name) throws IOException {
    refuse(name);
    whole.createDirectory(name);
  }

  @Override
  public StorageFile create(String name) throws IOException {
    refuse(name);
    return whole.create(name);
  }

  @Override
  public StorageFile open(String name) throws IOException {
    return whole.open(name);
  }

  @Override
  public StorageFile openForRead(String name) throws IOException {
    return whole.openForRead(name);
  }

  @Override
  public List<String> list(String folder) throws IOException {
    return whole.list(folder);
  }

  @Override
  public List<String> listFolders(String folder) throws IOException {
    return whole.listFolders(folder);
  }

  @Override
  public Optional<FileStatus> status(String name) throws IOException {
    return whole.status(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    whole.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    whole.delete(name);
  }

  @Override
  public void syncDirectory(String folder) throws IOException {
    whole.syncDirectory(folder);
  }

  @Override
  public void setReadOnly(String name) throws IOException {
    whole.setReadOnly(name);
  }

  @Override
  public long freeSpace() throws IOException {
    return whole.freeSpace();
  }

  @Override
  public Optional<StorageLock> tryLock(String name) throws IOException {
    return whole.tryLock(name);
  }

  @Override
  public String describe(String name) {
    return whole.describe(name);
  }
}
