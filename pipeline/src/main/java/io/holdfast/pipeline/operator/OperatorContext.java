package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.EventLoop;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Parcel;
import java.util.List;

/** What an operator has of its pipeline. To be used on the loop only, but for the first two. */
public interface OperatorContext {
  /** {@code pipeline/instance/operator}, for messages. */
  String name();

  /** The loop, to come back to it from another thread or later. */
  EventLoop loop();

  /** The program around it. */
  Host host();

  /**
   * Sends parcels to all that is connected to a port, in order. When nothing is, they are acked: a
   * query that leads nowhere filters.
   */
  void emit(String port, List<Parcel> parcels);

  /**
   * Sends what went wrong to the port {@code err}, as a record of {@code error} and {@code event}.
   * Where nothing is connected there, the event is refused: to run it again would end the same.
   *
   * @param left the event as it is sent: with what was changed of it before that
   * @param message what went wrong, with the place in the query
   */
  void error(Parcel parcel, Event left, String message);

  /** The same, with the event as it came. */
  default void error(Parcel parcel, String message) {
    error(parcel, parcel.event(), message);
  }

  /** Whether all that is connected takes events now. */
  boolean isDownstreamOpen();

  /** Whether all that is connected to a port takes events now; so does a port without any. */
  boolean isOpen(String port);

  /** Whether something is connected to a port. */
  boolean isConnected(String port);

  /** Says whether this operator takes events. Until it says otherwise it does. */
  void setAccepting(boolean accepting);
}
