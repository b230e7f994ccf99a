package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.BufferCounters;
import io.holdfast.pipeline.EventLoop;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Inlet;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outlet;
import io.holdfast.pipeline.operator.Buffering;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One running instance of a pipeline: a graph of operators on one loop. Connect it, start it, close
 * it. Its methods may be called from any thread; {@link #connect} before {@link #start} only.
 */
public final class Pipeline implements AutoCloseable {
  private final String name;
  private final Host host;
  private final EventLoop loop;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Mailbox> inlets = new LinkedHashMap<>();
  private final Map<String, Node> outlets = new LinkedHashMap<>();
  private final List<Node> opened = new ArrayList<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** An instance of a plan, not connected and not started. */
  public Pipeline(PipelinePlan plan, Host host) {
    this(plan.name(), plan.graph(), host);
  }

  Pipeline(String name, Graph graph, Host host) {
    this.name = name;
    this.host = host;
    this.loop = host.loops().create("holdfast-" + name);
    graph.nodes().forEach((id, maker) -> nodes.put(id, new Node(id, this, maker)));
    for (Graph.Edge edge : graph.edges()) {
      node(edge.from()).connect(edge.fromPort(), node(edge.to()), edge.toPort());
    }
    graph.inlets().forEach((port, id) -> inlets.put(port, new Mailbox(port, node(id), loop)));
    graph.outlets().forEach((port, id) -> outlets.put(port, node(id)));
  }

  private Node node(String id) {
    Node node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no node is called " + id);
    }
    return node;
  }

  /** Its id and its instance, with a slash between. */
  public String name() {
    return name;
  }

  /**
   * Where events enter.
   *
   * @throws IllegalArgumentException when there is no such port
   */
  public Inlet inlet(String port) {
    Mailbox mailbox = inlets.get(port);
    if (mailbox == null) {
      throw new IllegalArgumentException(name + " has no input '" + port + "'");
    }
    return mailbox;
  }

  /**
   * Connects an output; one that is connected several times gives each of them every event.
   *
   * @throws IllegalArgumentException when there is no such port
   */
  public void connect(String port, Outlet outlet) {
    Node exit = outlets.get(port);
    if (exit == null) {
      throw new IllegalArgumentException(name + " has no output '" + port + "'");
    }
    exit.connect(Graph.OUT, outlet);
  }

  /**
   * Opens the buffers, then takes events.
   *
   * @throws io.holdfast.engine.HoldfastException when a buffer cannot be opened; those that were
   *     are closed again
   */
  public void start() {
    // First, so that a buffer does not deliver to what is closed.
    loop.post(() -> nodes.values().forEach(Node::refresh));
    for (Node node : nodes.values()) {
      try {
        node.operator().open(node);
        opened.add(node);
      } catch (RuntimeException | Error failure) {
        close();
        throw failure;
      }
    }
  }

  /** Emits nothing more from buffers; what comes in is still taken. */
  public void drain() {
    loop.post(() -> nodes.values().forEach(node -> node.operator().drain()));
  }

  /** Events that were taken and are not yet safe in a buffer, or left one and are not settled. */
  public long pending() {
    long pending = 0;
    for (Mailbox inlet : inlets.values()) {
      pending += inlet.pending();
    }
    for (Node node : nodes.values()) {
      pending += node.operator().pending();
    }
    return pending;
  }

  /** The counters of the buffers. */
  public List<BufferCounters> buffers() {
    List<BufferCounters> buffers = new ArrayList<>();
    for (Node node : nodes.values()) {
      if (node.operator() instanceof Buffering buffer) {
        buffers.add(buffer.counters());
      }
    }
    return buffers;
  }

  /** Closes the buffers and ends the loop; what waits at the entries fails. Does not wait. */
  public CompletableFuture<Void> closeAsync() {
    loop.post(this::shutDown);
    return closed.copy();
  }

  /** As {@link #closeAsync}, and waits for it. Not to be called on the loop. */
  @Override
  public void close() {
    closeAsync().join();
  }

  private void shutDown() {
    try {
      inlets.values().forEach(Mailbox::close);
      for (Node node : opened) {
        try {
          node.operator().close();
        } catch (Throwable failure) {
          warn(node.name(), "was not closed as it should be: " + failure.getMessage());
        }
      }
      opened.clear();
      loop.close();
    } finally {
      closed.complete(null);
    }
  }

  Host host() {
    return host;
  }

  EventLoop loop() {
    return loop;
  }

  void warn(String where, String text) {
    host.listener().told(new Notice.Warning(where, text));
  }

  void flowChanged(Node node) {
    for (Mailbox inlet : inlets.values()) {
      if (inlet.leadsTo(node)) {
        inlet.flowChanged();
      }
    }
  }

  /** The exit of the port {@code err}, when something is connected there. */
  @Nullable Node errorExit() {
    Node exit = outlets.get(Graph.ERR);
    return exit != null && exit.isConnected() ? exit : null;
  }
}
