package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.EventLoop;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Outlet;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.operator.Operator;
import io.holdfast.pipeline.operator.OperatorContext;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An operator in its place: what it is connected to, and whether events may flow through it. */
final class Node implements OperatorContext {
  private final String name;
  private final Pipeline pipeline;
  private final Operator operator;
  private final Map<String, List<Target>> targets = new LinkedHashMap<>();
  private final Set<Node> upstream = new LinkedHashSet<>();

  private boolean accepting = true;
  private boolean downstreamOpen = true;
  private volatile boolean flowing = true;

  Node(String name, Pipeline pipeline, Graph.Maker maker) {
    this.name = name;
    this.pipeline = pipeline;
    this.operator = maker.apply(this);
  }

  /** Where parcels go next. */
  private sealed interface Target {
    void take(List<Parcel> parcels);

    boolean isOpen();
  }

  private record NodeInput(Node node, String port) implements Target {
    @Override
    public void take(List<Parcel> parcels) {
      node.process(port, parcels);
    }

    @Override
    public boolean isOpen() {
      return node.flowing;
    }
  }

  private record Exit(Outlet outlet) implements Target {
    @Override
    public void take(List<Parcel> parcels) {
      outlet.deliver(parcels);
    }

    @Override
    public boolean isOpen() {
      return outlet.valve().isOpen();
    }
  }

  void connect(String fromPort, Node to, String toPort) {
    targets(fromPort).add(new NodeInput(to, toPort));
    to.upstream.add(this);
  }

  void connect(String fromPort, Outlet outlet) {
    targets(fromPort).add(new Exit(outlet));
    outlet.valve().onChange(() -> loop().post(this::refresh));
  }

  private List<Target> targets(String port) {
    return targets.computeIfAbsent(port, key -> new ArrayList<>());
  }

  Operator operator() {
    return operator;
  }

  boolean isFlowing() {
    return flowing;
  }

  boolean isConnected() {
    return targets.values().stream().anyMatch(list -> !list.isEmpty());
  }

  void process(String port, List<Parcel> parcels) {
    try {
      operator.process(port, parcels);
    } catch (RuntimeException bug) {
      pipeline.warn(name(), "this is a mistake in the program: " + bug);
      for (Parcel parcel : parcels) {
        parcel.refuse(name() + ": " + bug);
      }
    } catch (Error failure) {
      // Who sent them must not wait for ever.
      pipeline.warn(name(), "could not take events: " + failure);
      parcels.forEach(parcel -> parcel.fail(name() + ": " + failure));
    }
  }

  /** Finds out whether events may flow, and tells upstream when that has changed. */
  void refresh() {
    boolean open = true;
    for (List<Target> list : targets.values()) {
      for (Target target : list) {
        open &= target.isOpen();
      }
    }
    if (open != downstreamOpen) {
      downstreamOpen = open;
      operator.downstreamChanged();
    }
    boolean nowFlowing = accepting && operator.isPassable(this);
    if (nowFlowing != flowing) {
      flowing = nowFlowing;
      upstream.forEach(Node::refresh);
      pipeline.flowChanged(this);
    }
  }

  @Override
  public String name() {
    return pipeline.name() + "/" + name;
  }

  @Override
  public EventLoop loop() {
    return pipeline.loop();
  }

  @Override
  public Host host() {
    return pipeline.host();
  }

  @Override
  public void emit(String port, List<Parcel> parcels) {
    if (parcels.isEmpty()) {
      return;
    }
    List<Target> to = targets.getOrDefault(port, List.of());
    switch (to.size()) {
      case 0 -> parcels.forEach(Parcel::ack);
      case 1 -> to.getFirst().take(parcels);
      default -> {
        List<List<Parcel>> copies = new ArrayList<>(to.size());
        for (int i = 0; i < to.size(); i++) {
          copies.add(new ArrayList<>(parcels.size()));
        }
        for (Parcel parcel : parcels) {
          List<Parcel> forked = parcel.fork(to.size());
          for (int i = 0; i < forked.size(); i++) {
            copies.get(i).add(forked.get(i));
          }
        }
        for (int i = 0; i < to.size(); i++) {
          to.get(i).take(copies.get(i));
        }
      }
    }
  }

  @Override
  public void error(Parcel parcel, Event left, String message) {
    Node exit = pipeline.errorExit();
    boolean here = isConnected(Graph.ERR);
    if (!here && (exit == null || exit == this)) {
      parcel.refuse(message);
      return;
    }
    RecordValue error =
        RecordValue.builder().put("error", Value.of(message)).put("event", left.value()).build();
    List<Parcel> wrapped = List.of(parcel.with(left.with(error, left.meta())));
    if (here) {
      emit(Graph.ERR, wrapped);
    } else if (exit != null) {
      exit.process(Graph.IN, wrapped);
    }
  }

  @Override
  public boolean isDownstreamOpen() {
    return downstreamOpen;
  }

  @Override
  public boolean isOpen(String port) {
    return targets.getOrDefault(port, List.of()).stream().allMatch(Target::isOpen);
  }

  @Override
  public boolean isConnected(String port) {
    return !targets.getOrDefault(port, List.of()).isEmpty();
  }

  @Override
  public void setAccepting(boolean nowAccepting) {
    accepting = nowAccepting;
    refresh();
  }
}
