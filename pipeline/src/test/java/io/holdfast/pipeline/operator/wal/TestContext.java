package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.EventLoop;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.operator.OperatorContext;
import java.util.List;

/**
 * What an operator stands in, when it has one output and all can be read.
 *
 * @param sent what went out
 */
record TestContext(EventLoop loop, Host host, List<Parcel> sent) implements OperatorContext {
  @Override
  public String name() {
    return "p/01/wal";
  }

  @Override
  public void emit(String port, List<Parcel> parcels) {
    sent.addAll(parcels);
  }

  @Override
  public void error(Parcel parcel, Event left, String message) {
    throw new AssertionError("all can be read");
  }

  @Override
  public boolean isDownstreamOpen() {
    return true;
  }

  @Override
  public boolean isOpen(String port) {
    return true;
  }

  @Override
  public boolean isConnected(String port) {
    return true;
  }

  @Override
  public void setAccepting(boolean accepting) {}
}
