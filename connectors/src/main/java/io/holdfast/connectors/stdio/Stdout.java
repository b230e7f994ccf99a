package io.holdfast.connectors.stdio;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.CodecException;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.SinkContext;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes each event as a line. Acks when the stream has taken it, which for a pipe means that the
 * operating system has.
 */
final class Stdout implements Sink {
  private static final int MOST = 1024;

  private final PrintStream out;
  private final Codec codec;
  private final byte[] prefix;

  Stdout(PrintStream out, Codec codec, String prefix) {
    this.out = out;
    this.codec = codec;
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] joined(byte[] line) {
    byte[] whole = Arrays.copyOf(prefix, prefix.length + line.length + 1);
    System.arraycopy(line, 0, whole, prefix.length, line.length);
    whole[whole.length - 1] = '\n';
    return whole;
  }

  @Override
  public void run(SinkContext context) throws Exception {
    while (true) {
      List<Parcel> written = new ArrayList<>();
      for (Parcel parcel : context.take(MOST)) {
        try {
          byte[] line = codec.encode(parcel.event().value());
          // In one piece: others write there, too.
          out.write(joined(line));
          written.add(parcel);
        } catch (CodecException e) {
          parcel.refuse(context.name() + ": " + e.getMessage());
        }
      }
      // Flushes, too. The error is sticky: nobody reads the other end any more.
      if (out.checkError()) {
        context.down("nobody reads the standard output any more");
        written.forEach(parcel -> parcel.fail("the standard output is closed"));
        throw new java.io.IOException("the standard output is closed");
      }
      written.forEach(Parcel::ack);
    }
  }
}
