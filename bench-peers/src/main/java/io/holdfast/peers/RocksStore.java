package io.holdfast.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/**
 * A queue as one makes it on RocksDB: keys are numbers, given out to the producers; the subscriber
 * reads them in their order with an iterator, writes its place with each ack, and deletes what lies
 * behind it in ranges. Appends sync ({@link WriteOptions#setSync}), acks do not. All else is the
 * default of RocksDB.
 */
final class RocksStore implements Store {
  /** Behind all numbers. */
  private static final byte[] PLACE = {'p', 'l', 'a', 'c', 'e'};

  /** How many acked records are deleted by one range. */
  private static final int RANGE = 1024;

  private final Options options = new Options().setCreateIfMissing(true);
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final WriteOptions unsynced = new WriteOptions();
  private final RocksDB db;
  private final AtomicLong next = new AtomicLong();
  private final Semaphore appended = new Semaphore(0);
  private final RocksIterator iterator;
  private long place;
  private long deleted;

  RocksStore(Path directory) throws IOException {
    try {
      db = RocksDB.open(options, directory.toString());
      byte[] found = db.get(PLACE);
      place = found == null ? 0 : ByteBuffer.wrap(found).getLong();
    } catch (RocksDBException e) {
      throw new IOException("RocksDB: " + e.getMessage(), e);
    }
    deleted = place;
    iterator = db.newIterator();
    iterator.seekForPrev(new byte[] {'a'});
    next.set(iterator.isValid() ? ByteBuffer.wrap(iterator.key()).getLong() + 1 : place);
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  @Override
  public Producer producer() {
    return new Producer() {
      @Override
      public void append(byte[] data) throws IOException {
        put(synced, data);
        appended.release();
      }

      @Override
      public void fill(byte[] data) throws IOException {
        put(unsynced, data);
      }

      private void put(WriteOptions how, byte[] data) throws IOException {
        try {
          db.put(how, key(next.getAndIncrement()), data);
        } catch (RocksDBException e) {
          throw new IOException("RocksDB: " + e.getMessage(), e);
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public boolean take(Duration patience, Consumer<ByteBuffer> reader)
      throws IOException, InterruptedException {
    try {
      if (read(reader)) {
        return true;
      }
      boolean more = appended.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
      appended.drainPermits();
      return more && read(reader);
    } catch (RocksDBException e) {
      throw new IOException("RocksDB: " + e.getMessage(), e);
    }
  }

  private boolean read(Consumer<ByteBuffer> reader) throws RocksDBException {
    if (!isAtPlace()) {
      // An iterator sees what there was when it was made.
      iterator.refresh();
      iterator.seek(key(place));
      if (!isAtPlace()) {
        return false;
      }
    }
    reader.accept(ByteBuffer.wrap(iterator.value()));
    place++;
    db.put(unsynced, PLACE, key(place));
    if (place - deleted >= RANGE) {
      db.deleteRange(unsynced, key(deleted), key(place));
      deleted = place;
    }
    iterator.next();
    return true;
  }

  /** A number whose producer is late leaves a gap, which is waited for. */
  private boolean isAtPlace() {
    if (!iterator.isValid()) {
      return false;
    }
    byte[] key = iterator.key();
    return key.length == Long.BYTES && ByteBuffer.wrap(key).getLong() == place;
  }

  @Override
  public void close() throws IOException {
    iterator.close();
    try {
      db.syncWal();
    } catch (RocksDBException e) {
      throw new IOException("RocksDB: " + e.getMessage(), e);
    } finally {
      db.close();
      unsynced.close();
      synced.close();
      options.close();
    }
  }
}
