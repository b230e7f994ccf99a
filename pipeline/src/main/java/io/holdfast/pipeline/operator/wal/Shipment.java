package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.pipeline.operator.OperatorContext;
import io.holdfast.pipeline.operator.wal.Held.Row;
import io.holdfast.script.JsonException;
import java.util.ArrayList;
import java.util.List;

/** Events that are about to be sent together. Runs on the loop. */
final class Shipment {
  private final OperatorContext context;
  private final Reports reports;
  private final List<Parcel> parcels = new ArrayList<>();
  private final List<Mistake> mistakes = new ArrayList<>();

  /** An event that is no JSON. */
  private record Mistake(Parcel parcel, String reason) {}

  /**
   * Nothing yet.
   *
   * @param reports is told what becomes of them
   */
  Shipment(OperatorContext context, Reports reports) {
    this.context = context;
    this.reports = reports;
  }

  /**
   * Adds an event.
   *
   * @throws RuntimeException when it is on the disk only and cannot be read
   */
  void add(Row row) {
    StoredEvent event = row.held().event(row);
    try {
      parcels.add(reports.parcel(row, event.toEvent()));
    } catch (JsonException e) {
      mistakes.add(
          new Mistake(
              reports.parcel(row, event.toRawEvent()),
              context.name() + " holds an event that is no JSON: " + e.getMessage()));
    }
  }

  int size() {
    return parcels.size() + mistakes.size();
  }

  /** Drops what has been given back since it was added: it comes again with its bundle. */
  void dropGivenBack() {
    parcels.removeIf(parcel -> !parcel.isCaredFor());
    mistakes.removeIf(mistake -> !mistake.parcel().isCaredFor());
  }

  /** Lets them go. */
  void send() {
    context.emit("out", parcels);
    mistakes.forEach(mistake -> context.error(mistake.parcel(), mistake.reason()));
  }
}
