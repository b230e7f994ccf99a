package io.holdfast.connectors.file;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.CodecException;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Settlement;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.SourceContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a file once, line by line; a line that the codec cannot read is named and left out. */
final class FileSource implements Source {
  private static final int LINES_TOGETHER = 256;
  private static final int BYTES_TOGETHER = 1 << 20;
  private static final int MOST_WARNINGS = 10;

  /** As much as a buffer keeps of one event at most. */
  private static final int MOST_LINE_BYTES = 1 << 28;

  private final Path file;
  private final Codec codec;
  private final boolean stopsHost;

  private long line;
  private long id;
  private long unreadable;

  FileSource(Path file, Codec codec, boolean stopsHost) {
    this.file = file;
    this.codec = codec;
    this.stopsHost = stopsHost;
  }

  @Override
  public void run(SourceContext context) throws IOException, InterruptedException {
    String origin = "tremor-file://localhost/" + file;
    try (InputStream in = Files.newInputStream(file)) {
      LineReader lines = new LineReader(in, MOST_LINE_BYTES);
      boolean more = true;
      while (more) {
        context.awaitOpen();
        List<Event> events = new ArrayList<>();
        int bytes = 0;
        while (events.size() < LINES_TOGETHER && bytes < BYTES_TOGETHER) {
          byte[] text = lines.next();
          if (text == null) {
            more = false;
            break;
          }
          line++;
          bytes += text.length;
          if (lines.wasTooLong()) {
            leftOut(context, "it is longer than " + MOST_LINE_BYTES + " bytes");
            // To read it took long enough.
            break;
          } else if (text.length > 0) {
            decode(context, text, origin, events);
          }
        }
        context.emit(events, Settlement.NOBODY);
      }
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file.toAbsolutePath());
    }
    if (unreadable > MOST_WARNINGS) {
      context.warn(file + ": " + unreadable + " lines of " + line + " could not be read");
    }
    if (stopsHost) {
      context.requestStop();
    }
  }

  private void decode(SourceContext context, byte[] text, String origin, List<Event> events) {
    try {
      long now = context.time().epochNanos();
      events.add(Event.of(codec.decode(text, now), now, origin, id));
      id++;
    } catch (CodecException e) {
      leftOut(context, e.getMessage());
    }
  }

  private void leftOut(SourceContext context, @Nullable String reason) {
    if (++unreadable <= MOST_WARNINGS) {
      context.warn(file + ":" + line + ": this line is left out: " + reason);
    }
  }
}
