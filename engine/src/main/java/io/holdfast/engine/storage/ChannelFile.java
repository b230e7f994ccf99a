package io.holdfast.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** A file that is open for writing. Only engine threads use it: an interrupt would close it. */
final class ChannelFile implements StorageFile {
  private final FileChannel channel;
  private final Object key;

  ChannelFile(Path path, FileChannel channel) throws IOException {
    this.channel = channel;
    this.key = FileStorage.keyOf(path, Files.readAttributes(path, BasicFileAttributes.class));
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return channel.read(target, position);
  }

  @Override
  public long write(ByteBuffer source, long position) throws IOException {
    return channel.write(source, position);
  }

  @Override
  public long write(ByteBuffer[] sources, int first, int count, long position) throws IOException {
    // Java has no gathering write at a position; the contract gives this handle to one writer.
    if (channel.position() != position) {
      channel.position(position);
    }
    return channel.write(sources, first, count);
  }

  @Override
  public void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  @Override
  public void syncData() throws IOException {
    channel.force(false);
  }

  @Override
  public void syncAll() throws IOException {
    channel.force(true);
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public Object key() {
    return key;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
