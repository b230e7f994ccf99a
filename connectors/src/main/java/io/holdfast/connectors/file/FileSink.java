package io.holdfast.connectors.file;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.CodecException;
import io.holdfast.pipeline.Backoff;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.SinkContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends lines, syncs, acks. What queued up during a sync shares the next one. After an error the
 * file is cut to what was synced and opened anew, so there is no half line, and no sync after a
 * failed one is believed.
 */
final class FileSink implements Sink {
  private static final int MOST = 1024;
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final Path file;
  private final Codec codec;

  FileSink(Path file, Codec codec) {
    this.file = file;
    this.codec = codec;
  }

  @Override
  public void run(SinkContext context) throws InterruptedException {
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, context.random());
    while (true) {
      try (LineFile lines = LineFile.open(file)) {
        context.probe();
        while (true) {
          appendAll(context, lines);
          backoff.reset();
          context.up();
        }
      } catch (IOException e) {
        context.down("cannot write " + file.toAbsolutePath() + ": " + e.getMessage());
      }
      Thread.sleep(backoff.next());
    }
  }

  private void appendAll(SinkContext context, LineFile lines)
      throws IOException, InterruptedException {
    List<Parcel> written = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Parcel parcel : context.take(MOST)) {
      try {
        bytes.write(codec.encode(parcel.event().value()));
        bytes.write('\n');
        written.add(parcel);
      } catch (CodecException e) {
        parcel.refuse(context.name() + ": " + e.getMessage());
      }
    }
    try {
      lines.append(bytes.toByteArray());
    } catch (IOException e) {
      written.forEach(parcel -> parcel.fail("cannot write " + file + ": " + e.getMessage()));
      throw e;
    }
    written.forEach(Parcel::ack);
  }
}
