package io.holdfast.peers;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Which records there are, in whatever order: how many, and the sum of their checksums. Not
 * thread-safe.
 */
final class Tally implements Consumer<ByteBuffer> {
  private final CRC32 crc = new CRC32();
  private long count;
  private long sum;

  /** Adds a record. */
  @Override
  public void accept(ByteBuffer data) {
    crc.reset();
    crc.update(data);
    add(crc.getValue());
  }

  /** Adds a record whose checksum is known. */
  void add(long checksum) {
    count++;
    sum += checksum;
  }

  /** Adds all that another has. */
  void add(Tally other) {
    count += other.count;
    sum += other.sum;
  }

  long count() {
    return count;
  }

  boolean isSameAs(Tally other) {
    return count == other.count && sum == other.sum;
  }

  @Override
  public String toString() {
    return count + " records with checksum " + Long.toHexString(sum);
  }
}
