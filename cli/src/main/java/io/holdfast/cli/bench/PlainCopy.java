package io.holdfast.cli.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What an append costs its thread at least: its bytes are copied into memory that was used long
 * ago, and their checksum is taken there. For one thread.
 */
final class PlainCopy {
  /** More than the processor's caches hold. */
  private static final int RING_BYTES = 128 << 20;

  private final ByteBuffer source;
  private final ByteBuffer ring = ByteBuffer.allocateDirect(RING_BYTES);
  private int at;

  /** Copies of so many bytes. */
  PlainCopy(int bytes) {
    source = ByteBuffer.allocateDirect(bytes);
    while (source.hasRemaining()) {
      source.put((byte) source.position());
    }
    source.flip();
    for (int i = 0; i < RING_BYTES; i += 1024) {
      ring.put(i, (byte) 1);
    }
  }

  /** The processor time of a copy, in nanoseconds, in the mean of so many. */
  double measure(int count) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    CRC32 crc = new CRC32();
    long cpu = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
      if (at + source.limit() > RING_BYTES) {
        at = 0;
      }
      ring.put(at, source, 0, source.limit());
      crc.update(ring.slice(at, source.limit()));
      at += source.limit();
    }
    return (double) (threads.getCurrentThreadCpuTime() - cpu) / count;
  }
}
