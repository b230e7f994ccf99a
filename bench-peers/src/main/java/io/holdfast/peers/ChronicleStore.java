package io.holdfast.peers;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * A Chronicle Queue with {@link SyncMode#SYNC}. That mode is what {@link ExcerptAppender#sync}
 * does; an append alone syncs nothing, so each is followed by one. The subscriber is a named
 * tailer, whose place Chronicle keeps in a mapped file. Old files stay until somebody removes them.
 */
final class ChronicleStore implements Store {
  private final ChronicleQueue queue;

  /** A tailer has to be asked again and again; this spares the producers its processor. */
  private final Semaphore appended = new Semaphore(0);

  private @Nullable ExcerptTailer tailer;
  private ByteBuffer room = ByteBuffer.allocate(1 << 17);

  ChronicleStore(Path directory) {
    this.queue = SingleChronicleQueueBuilder.binary(directory).syncMode(SyncMode.SYNC).build();
  }

  @Override
  public Producer producer() {
    return new QueueProducer();
  }

  @Override
  public boolean take(Duration patience, Consumer<ByteBuffer> reader) throws InterruptedException {
    if (tailer == null) {
      tailer = queue.createTailer("bench");
    }
    if (read(tailer, reader)) {
      return true;
    }
    boolean more = appended.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    appended.drainPermits();
    return more && read(tailer, reader);
  }

  private boolean read(ExcerptTailer from, Consumer<ByteBuffer> reader) {
    try (DocumentContext document = from.readingDocument()) {
      if (!document.isPresent()) {
        return false;
      }
      Bytes<?> bytes = Objects.requireNonNull(document.wire()).bytes();
      int length = Math.toIntExact(bytes.readRemaining());
      if (room.capacity() < length) {
        room = ByteBuffer.allocate(length);
      }
      bytes.read(room.array(), 0, length);
      reader.accept(room.clear().limit(length));
      return true;
    }
  }

  @Override
  public void close() {
    queue.close();
  }

  /** An appender belongs to the thread that makes it, so it is made by the first append. */
  private final class QueueProducer implements Producer {
    private @Nullable ExcerptAppender appender;

    @Override
    public void append(byte[] data) {
      write(data).sync();
      appended.release();
    }

    @Override
    public void fill(byte[] data) {
      write(data);
    }

    private ExcerptAppender write(byte[] data) {
      ExcerptAppender used = appender == null ? queue.createAppender() : appender;
      appender = used;
      try (DocumentContext document = used.writingDocument()) {
        Objects.requireNonNull(document.wire()).bytes().write(data);
      }
      return used;
    }

    @Override
    public void close() {
      if (appender != null) {
        appender.sync();
        appender.close();
      }
    }
  }
}
