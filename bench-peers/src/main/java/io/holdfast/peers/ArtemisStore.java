package io.holdfast.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.Journal;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.nativo.jlibaio.LibaioContext;

/**
 * The journal of Artemis, as its broker uses it: files, pool and buffer have the sizes of a broker
 * that {@code artemis create} makes, and the buffer waits as long as a write with its sync takes on
 * this disk, which {@code artemis create} measures as well. A journal cannot be read while it is
 * written, so what it holds is in memory too, as in the broker: the subscriber takes it from there,
 * and an ack deletes the record without a sync.
 */
final class ArtemisStore implements Store {
  private static final int FILE_BYTES = 10 << 20;
  private static final int BUFFER_BYTES = 490 << 10;
  private static final int MIN_FILES = 2;
  private static final int POOL_FILES = 10;
  private static final int COMPACT_MIN_FILES = 10;
  private static final int COMPACT_PERCENTAGE = 30;
  private static final int AIO_AT_ONCE = 4096;
  private static final byte TYPE = 1;

  private final Journal journal;
  private final AtomicLong next = new AtomicLong();
  private final BlockingQueue<Kept> kept = new LinkedBlockingQueue<>();

  @SuppressWarnings("ArrayRecordComponent")
  private record Kept(long id, byte[] data) {}

  /**
   * Opens one.
   *
   * @param async with libaio, else with a file channel
   * @param syncNanos what a write with its sync takes on this disk
   */
  ArtemisStore(Path directory, boolean async, long syncNanos) throws IOException {
    Files.createDirectories(directory);
    int timeout = Math.toIntExact(syncNanos);
    int atOnce = async ? AIO_AT_ONCE : 1;
    SequentialFileFactory files =
        async
            ? new AIOSequentialFileFactory(directory.toFile(), BUFFER_BYTES, timeout, atOnce, false)
            : new NIOSequentialFileFactory(
                directory.toFile(), true, BUFFER_BYTES, timeout, atOnce, false);
    journal =
        new JournalImpl(
            FILE_BYTES,
            MIN_FILES,
            POOL_FILES,
            COMPACT_MIN_FILES,
            COMPACT_PERCENTAGE,
            files,
            "bench",
            "amq",
            atOnce);
    List<RecordInfo> records = new ArrayList<>();
    try {
      journal.start();
      next.set(journal.load(records, new ArrayList<>(), (id, rows, deleted) -> {}).getMaxID() + 1);
    } catch (Exception e) {
      throw new IOException("Artemis: " + e, e);
    }
    records.forEach(record -> kept.add(new Kept(record.id, record.data)));
  }

  /** Whether its native part and libaio are there. */
  static boolean hasAsync() {
    return LibaioContext.isLoaded();
  }

  @Override
  public Producer producer() {
    return new Producer() {
      @Override
      public void append(byte[] data) throws IOException {
        add(data, true);
      }

      @Override
      public void fill(byte[] data) throws IOException {
        add(data, false);
      }

      private void add(byte[] data, boolean sync) throws IOException {
        long id = next.getAndIncrement();
        try {
          journal.appendAddRecord(id, TYPE, data, sync);
        } catch (Exception e) {
          throw new IOException("Artemis: " + e, e);
        }
        kept.add(new Kept(id, data));
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public boolean take(Duration patience, Consumer<ByteBuffer> reader)
      throws IOException, InterruptedException {
    Kept record = kept.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (record == null) {
      return false;
    }
    reader.accept(ByteBuffer.wrap(record.data));
    try {
      journal.appendDeleteRecord(record.id, false);
    } catch (Exception e) {
      throw new IOException("Artemis: " + e, e);
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    try {
      journal.stop();
    } catch (Exception e) {
      throw new IOException("Artemis: " + e, e);
    }
  }
}
