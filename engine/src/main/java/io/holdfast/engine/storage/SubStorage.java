package io.holdfast.engine.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A folder of a storage, as a storage of its own. */
record SubStorage(Storage parent, String folder) implements Storage {

  private String path(String name) {
    return name.isEmpty() ? folder : folder + "/" + name;
  }

  @Override
  public Storage folder(String name) {
    return name.isEmpty() ? this : new SubStorage(parent, path(name));
  }

  @Override
  public void createDirectory(String name) throws IOException {
    parent.createDirectory(path(name));
  }

  @Override
  public StorageFile create(String name) throws IOException {
    return parent.create(path(name));
  }

  @Override
  public StorageFile open(String name) throws IOException {
    return parent.open(path(name));
  }

  @Override
  public StorageFile openForRead(String name) throws IOException {
    return parent.openForRead(path(name));
  }

  @Override
  public List<String> list(String name) throws IOException {
    return parent.list(path(name));
  }

  @Override
  public List<String> listFolders(String name) throws IOException {
    return parent.listFolders(path(name));
  }

  @Override
  public Optional<FileStatus> status(String name) throws IOException {
    return parent.status(path(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    parent.rename(path(from), path(to));
  }

  @Override
  public void delete(String name) throws IOException {
    parent.delete(path(name));
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    parent.syncDirectory(path(name));
  }

  @Override
  public void setReadOnly(String name) throws IOException {
    parent.setReadOnly(path(name));
  }

  @Override
  public long freeSpace() throws IOException {
    return parent.freeSpace();
  }

  @Override
  public Optional<StorageLock> tryLockShared(String name) throws IOException {
    return parent.tryLockShared(path(name));
  }

  @Override
  public Optional<StorageLock> tryLock(String name) throws IOException {
    return parent.tryLock(path(name));
  }

  @Override
  public String describe(String name) {
    return parent.describe(path(name));
  }

  @Override
  public String toString() {
    return describe("");
  }
}
