package io.holdfast.connectors;

import io.holdfast.connectors.file.FileSinkType;
import io.holdfast.connectors.file.FileSourceType;
import io.holdfast.connectors.metronome.MetronomeType;
import io.holdfast.connectors.stdio.StdoutType;
import io.holdfast.connectors.ws.WsType;
import io.holdfast.pipeline.ConnectorType;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.Source;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** The connectors of the house, by the names of their types. */
public final class Connectors {
  private static final Map<String, ConnectorType<Source>> SOURCES =
      byName(new FileSourceType(), new MetronomeType());
  private static final Map<String, ConnectorType<Sink>> SINKS =
      byName(new FileSinkType(), new StdoutType(), new WsType());

  private Connectors() {}

  /** The types of sources, sorted by name. */
  public static Map<String, ConnectorType<Source>> sources() {
    return SOURCES;
  }

  /** The types of sinks, sorted by name. */
  public static Map<String, ConnectorType<Sink>> sinks() {
    return SINKS;
  }

  @SafeVarargs
  private static <T> Map<String, ConnectorType<T>> byName(ConnectorType<T>... types) {
    SequencedMap<String, ConnectorType<T>> map = new TreeMap<>();
    for (ConnectorType<T> type : types) {
      map.put(type.name(), type);
    }
    return Collections.unmodifiableMap(map);
  }
}
