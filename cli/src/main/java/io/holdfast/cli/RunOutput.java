package io.holdfast.cli;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.CodecException;
import io.holdfast.connectors.codec.Codecs;
import io.holdfast.script.Emission;
import io.holdfast.script.QueryInstance;
import io.holdfast.script.RecordValue;
import io.holdfast.script.ScriptException;
import io.holdfast.script.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Prints what comes out of a run, and what goes wrong. */
final class RunOutput implements QueryInstance.Output {
  private static final String ERRORS = "err";

  private final OutputStream out;
  private final Console console;
  private final ProgressBar bar;
  private final Codec codec;
  private final boolean ports;
  private boolean failed;

  /**
   * Where things are printed.
   *
   * @param bar what may stand where something for people is to be printed
   */
  RunOutput(OutputStream out, Console console, ProgressBar bar, Codec codec, boolean ports) {
    this.out = out;
    this.console = console;
    this.bar = bar;
    this.codec = codec;
    this.ports = ports;
  }

  /** Whether nothing went wrong. */
  boolean isFine() {
    return !failed;
  }

  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void emitted(Emission emission) {
    try {
      if (ports) {
        print(Codecs.JSON.encode(described(emission)));
      } else if (emission.port().equals(ERRORS)) {
        // For people: it is no result.
        say(new String(codec.encode(emission.value()), StandardCharsets.UTF_8));
      } else {
        print(codec.encode(emission.value()));
      }
    } catch (CodecException e) {
      complain("holdfast: an event cannot be printed: " + e.getMessage());
    }
  }

  private static RecordValue described(Emission emission) {
    return RecordValue.builder()
        .put("port", Value.of(emission.port()))
        .put("event", emission.value())
        .put("meta", emission.meta())
        .build();
  }

  private void print(byte[] line) {
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void failed(ScriptException error) {
    complain(error.diagnostic().render());
  }

  /** Says that something went wrong. */
  void complain(String message) {
    failed = true;
    say(message);
  }

  private void say(String line) {
    bar.clear();
    console.say(line);
  }
}
