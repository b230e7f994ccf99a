package io.holdfast.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

/** An open store of records with one subscriber, in the setting that makes its appends durable. */
interface Store extends AutoCloseable {
  /** One producer's access, used by one thread. */
  interface Producer extends AutoCloseable {
    /** Appends; the record survives a power cut when this returns. */
    void append(byte[] data) throws IOException;

    /** Appends; the record is on the disk when the store is closed. */
    void fill(byte[] data) throws IOException;

    @Override
    void close();
  }

  /** Another producer. */
  Producer producer();

  /**
   * Gives the oldest record that the subscriber has not acked to a reader, and acks it. An ack is
   * never synced alone: lost ones only make records come again. Called by one thread.
   *
   * @param patience how long to wait for one
   * @param reader sees the bytes of the record between position and limit, while it is called
   * @return whether there was one
   */
  boolean take(Duration patience, Consumer<ByteBuffer> reader)
      throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
