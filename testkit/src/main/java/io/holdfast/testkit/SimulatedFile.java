package io.holdfast.testkit;

import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;

/** An open file of a {@link SimulatedStorage}, whose lock guards it. */
final class SimulatedFile implements StorageFile {
  private static final int BLOCK_BYTES = 4096;

  private final SimulatedStorage storage;
  private final String name;
  private final Node node;
  private final boolean writable;
  private boolean closed;

  SimulatedFile(SimulatedStorage storage, String name, Node node, boolean writable) {
    this.storage = storage;
    this.name = name;
    this.node = node;
    this.writable = writable;
    storage.opened(node);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    synchronized (storage.lock()) {
      int most = target.remaining();
      Faults.Outcome outcome = enter(StorageCall.Kind.READ, position, most);
      if (outcome == Faults.Outcome.SHORT && most > 1) {
        most = 1 + storage.random().nextInt(most - 1);
      }
      int from = target.position();
      int count = most == 0 ? 0 : node.visible().read(target, position, most);
      if (outcome == Faults.Outcome.BAD_BITS && count > 0) {
        int at = from + storage.random().nextInt(count);
        target.put(at, (byte) (target.get(at) ^ (1 << storage.random().nextInt(8))));
      }
      return count;
    }
  }

  @Override
  public long write(ByteBuffer source, long position) throws IOException {
    return write(new ByteBuffer[] {source}, 0, 1, position);
  }

  @Override
  public long write(ByteBuffer[] sources, int first, int count, long position) throws IOException {
    if (!writable) {
      throw new NonWritableChannelException();
    }
    synchronized (storage.lock()) {
      long asked = 0;
      for (int i = first; i < first + count; i++) {
        asked += sources[i].remaining();
      }
      ensureOpen();
      Faults.Outcome outcome = storage.enter(StorageCall.Kind.WRITE, name, position, asked, node);
      if (outcome == Faults.Outcome.FULL) {
        throw storage.noSpace(name);
      }
      long most = asked;
      if (outcome == Faults.Outcome.FAIL || outcome == Faults.Outcome.SHORT) {
        most = storage.random().nextLong(asked + 1);
      }
      if (outcome == Faults.Outcome.SHORT) {
        most = Math.clamp(most, Math.min(1, asked), Math.max(1, asked - 1));
      }
      most = fitting(position, most);
      if (most > 0) {
        boolean untouched = outcome == Faults.Outcome.FAIL;
        node.write(position, Written.of(sources, first, (int) most, untouched));
      }
      if (outcome == Faults.Outcome.FAIL) {
        throw storage.failure(name);
      }
      if (most == 0 && asked > 0) {
        throw storage.noSpace(name);
      }
      return most;
    }
  }

  @Override
  public int blockBytes() {
    return writable ? BLOCK_BYTES : 0;
  }

  /** A write and a sync of just that: what comes between them may come within this. */
  @Override
  public long writeThrough(ByteBuffer blocks, long position) throws IOException {
    if (position % BLOCK_BYTES != 0
        || blocks.remaining() % BLOCK_BYTES != 0
        || blocks.alignmentOffset(blocks.position(), BLOCK_BYTES) != 0) {
      throw new IOException("no whole blocks at " + position + " of " + name + ": " + blocks);
    }
    synchronized (storage.lock()) {
      int start = blocks.position();
      long asked = blocks.remaining();
      long written = write(blocks, position);
      Faults.Outcome outcome = storage.enter(StorageCall.Kind.SYNC, name, position, asked, node);
      if (outcome == Faults.Outcome.FAIL || outcome == Faults.Outcome.FULL) {
        // What is left of it can be anything, and stays so.
        blocks.position(start);
        throw outcome == Faults.Outcome.FULL ? storage.noSpace(name) : storage.failure(name);
      }
      if (outcome != Faults.Outcome.LIE) {
        node.syncLast();
      }
      // Only blocks that are whole can be written so.
      long whole = written - written % BLOCK_BYTES;
      blocks.position(start + (int) whole);
      return whole;
    }
  }

  /** How much of a write there is room for: to write over what is there takes none. */
  private long fitting(long position, long asked) {
    long growth = position + asked - node.visible().size();
    long room = Math.max(0, storage.room());
    return growth <= room ? asked : Math.max(0, asked - (growth - room));
  }

  @Override
  public void truncate(long size) throws IOException {
    if (!writable) {
      throw new NonWritableChannelException();
    }
    synchronized (storage.lock()) {
      ensureOpen();
      Faults.Outcome outcome = storage.enter(StorageCall.Kind.TRUNCATE, name, size, 0, node);
      boolean fails = outcome == Faults.Outcome.FAIL;
      if (!fails || storage.random().nextBoolean()) {
        node.cut(size);
      }
      if (fails) {
        throw storage.failure(name);
      }
    }
  }

  @Override
  public void syncData() throws IOException {
    synchronized (storage.lock()) {
      ensureOpen();
      Faults.Outcome outcome = storage.enter(StorageCall.Kind.SYNC, name, 0, 0, node);
      if (outcome == Faults.Outcome.FAIL || outcome == Faults.Outcome.FULL) {
        node.failSync(new Settling(storage.random().nextLong()));
        throw outcome == Faults.Outcome.FULL ? storage.noSpace(name) : storage.failure(name);
      }
      if (outcome != Faults.Outcome.LIE) {
        node.sync();
      }
    }
  }

  @Override
  public void syncAll() throws IOException {
    syncData();
  }

  @Override
  public long size() throws IOException {
    synchronized (storage.lock()) {
      enter(StorageCall.Kind.SIZE, 0, 0);
      return node.visible().size();
    }
  }

  @Override
  public Object key() {
    return node.id;
  }

  @Override
  public void close() throws IOException {
    synchronized (storage.lock()) {
      if (!closed) {
        closed = true;
        storage.closed(node);
      }
    }
  }

  private Faults.Outcome enter(StorageCall.Kind kind, long offset, long length) throws IOException {
    ensureOpen();
    Faults.Outcome outcome = storage.enter(kind, name, offset, length, node);
    if (outcome == Faults.Outcome.FAIL) {
      throw storage.failure(name);
    }
    return outcome;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }
}
