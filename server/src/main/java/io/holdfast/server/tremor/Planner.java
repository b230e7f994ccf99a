package io.holdfast.server.tremor;

import io.holdfast.connectors.Connectors;
import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.ConnectorType;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.DidYouMean;
import io.holdfast.pipeline.config.Location;
import io.holdfast.pipeline.runtime.PipelinePlan;
import io.holdfast.script.Value;
import io.holdfast.server.Plan;
import io.holdfast.server.Problems;
import io.holdfast.server.tremor.ArtefactUrl.Kind;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows the mappings: makes the instances that they ask for, and the links between them. Checks
 * every artefact, mapped or not. Makes one plan.
 */
final class Planner {
  private final Artefacts artefacts;
  private final Queries queries;
  private final Problems problems;
  private final ConfigErrors errors;
  private final ConfigErrors warnings;

  private final Map<String, Blueprint<Source>> onramps;
  private final Map<String, Blueprint<Sink>> offramps;

  private final Map<String, Plan.Connector<Source>> sources = new LinkedHashMap<>();
  private final Map<String, Plan.Pipeline> pipelines = new LinkedHashMap<>();
  private final Map<String, Plan.Connector<Sink>> sinks = new LinkedHashMap<>();
  private final Map<Plan.Link, Location> links = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();

  Planner(Artefacts artefacts, Queries queries, Problems problems) {
    this.artefacts = artefacts;
    this.queries = queries;
    this.problems = problems;
    this.errors = problems.errors();
    this.warnings = problems.warnings();
    this.onramps = blueprints(Kind.ONRAMP, artefacts.onramps(), Connectors.sources());
    this.offramps = blueprints(Kind.OFFRAMP, artefacts.offramps(), Connectors.sinks());
  }

  /** The plan; of use only when there are no errors. */
  Plan plan() {
    for (Artefacts.Binding binding : artefacts.bindings().values()) {
      binding.links().forEach(this::check);
    }
    artefacts.mappings().forEach(this::instantiate);
    checkCircles();
    List<Plan.Pipeline> planned = List.copyOf(pipelines.values());
    PipelinePlan.checkDirectories(
        planned.stream().flatMap(p -> p.plan().buffers().stream()).toList(), errors);
    Map<Location, String> unused = queries.unused();
    if (!problems.hasErrors()) {
      warnUnused(unused);
    }
    return new Plan(
        List.copyOf(sources.values()),
        planned,
        List.copyOf(sinks.values()),
        List.copyOf(links.keySet()));
  }

  private <T> Map<String, Blueprint<T>> blueprints(
      Kind kind, Map<String, Artefacts.Connector> connectors, Map<String, ConnectorType<T>> types) {
    Map<String, Blueprint<T>> blueprints = new HashMap<>();
    for (Artefacts.Connector connector : connectors.values()) {
      if (!(connector.type().value() instanceof Value.Text(String name))) {
        continue;
      }
      ConnectorType<T> type = types.get(name);
      if (type == null) {
        errors.add(
            connector.type().location(),
            "there is no "
                + kind.word()
                + " type '"
                + name
                + "'; "
                + DidYouMean.hint(name, types.keySet()));
        continue;
      }
      Blueprint<T> blueprint =
          type.read(
              new ConnectorSpec(
                  connector.id(), connector.at(), connector.codec(), connector.config()),
              errors);
      if (blueprint != null) {
        blueprints.put(connector.id(), blueprint);
      }
    }
    return blueprints;
  }

  /** Checks what does not depend on the mapping. */
  private void check(Artefacts.Link link) {
    ArtefactUrl from = link.from();
    ArtefactUrl to = link.to();
    if (from.kind() == Kind.OFFRAMP) {
      errors.add(from.at(), "a link begins at an onramp or a pipeline, not at an offramp");
    } else if (to.kind() == Kind.ONRAMP) {
      errors.add(to.at(), "a link ends at a pipeline or an offramp, not at an onramp");
    } else if (from.kind() == Kind.ONRAMP && to.kind() == Kind.OFFRAMP) {
      errors.add(
          to.at(),
          "an onramp leads to a pipeline; put a query between, 'select event from in into out;' for"
              + " instance");
    }
    checkExists(from);
    checkExists(to);
    checkPort(from, "out", Kind.ONRAMP);
    checkPort(to, "in", Kind.OFFRAMP);
  }

  private void checkExists(ArtefactUrl url) {
    switch (url.kind()) {
      case ONRAMP -> checkExists(url, artefacts.onramps().keySet());
      case OFFRAMP -> checkExists(url, artefacts.offramps().keySet());
      case PIPELINE -> queries.check(url);
      case BINDING -> throw new IllegalStateException("a link never names a binding");
    }
  }

  private void checkExists(ArtefactUrl url, Collection<String> known) {
    if (!known.contains(url.artefact())) {
      errors.add(
          url.at(),
          "there is no "
              + url.kind().word()
              + " '"
              + url.artefact()
              + "'; "
              + DidYouMean.hint(url.artefact(), known));
    }
  }

  private void checkPort(ArtefactUrl url, String only, Kind kind) {
    if (url.kind() == kind && url.port() != null && !url.port().equals(only)) {
      errors.add(
          url.at(),
          "an " + kind.word() + " has the port '" + only + "' only, not '" + url.port() + "'");
    }
  }

  private void instantiate(Artefacts.Mapping mapping) {
    ArtefactUrl url = mapping.binding();
    Artefacts.Binding binding = artefacts.bindings().get(url.artefact());
    if (binding == null) {
      checkExists(url, artefacts.bindings().keySet());
      return;
    }
    used.add("binding " + binding.id());
    for (Artefacts.Link link : binding.links()) {
      Optional<ArtefactUrl> from = link.from().with(mapping.variables(), mapping.text(), errors);
      Optional<ArtefactUrl> to = link.to().with(mapping.variables(), mapping.text(), errors);
      if (from.isEmpty() || to.isEmpty()) {
        continue;
      }
      Optional<End> begin = end(from.get(), "out");
      Optional<End> end = end(to.get(), "in");
      if (begin.isPresent() && end.isPresent()) {
        links.putIfAbsent(
            new Plan.Link(begin.get().name, begin.get().port, end.get().name, end.get().port),
            to.get().at());
      }
    }
  }

  /** One end of a link, of an instance that is now in the plan. */
  private record End(String name, String port) {}

  /** Empty where it has been an error already, or is one now. */
  private Optional<End> end(ArtefactUrl url, String defaultPort) {
    String port = url.port() == null ? defaultPort : url.port();
    used.add(url.kind().word() + " " + url.artefact());
    return switch (url.kind()) {
      case ONRAMP -> connector(url, onramps, sources).map(name -> new End(name, port));
      case OFFRAMP -> connector(url, offramps, sinks).map(name -> new End(name, port));
      case PIPELINE -> pipeline(url, port, defaultPort.equals("in"));
      case BINDING -> Optional.empty();
    };
  }

  private static <T> Optional<String> connector(
      ArtefactUrl url, Map<String, Blueprint<T>> blueprints, Map<String, Plan.Connector<T>> into) {
    Blueprint<T> blueprint = blueprints.get(url.artefact());
    if (blueprint == null) {
      return Optional.empty();
    }
    into.computeIfAbsent(url.name(), name -> new Plan.Connector<>(name, blueprint));
    return Optional.of(url.name());
  }

  private Optional<End> pipeline(ArtefactUrl url, String port, boolean in) {
    Optional<Plan.Pipeline> found = queries.pipeline(url);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Plan.Pipeline pipeline = found.get();
    pipelines.putIfAbsent(pipeline.name(), pipeline);
    PipelinePlan plan = pipeline.plan();
    Set<String> ports = in ? plan.inputs() : plan.outputs();
    if (!ports.contains(port)) {
      errors.add(
          url.at(),
          "pipeline '"
              + plan.id()
              + "' has no "
              + (in ? "input" : "output")
              + " '"
              + port
              + "'; "
              + DidYouMean.hint(port, ports.stream().sorted().toList()));
      return Optional.empty();
    }
    return Optional.of(new End(pipeline.name(), port));
  }

  private void checkCircles() {
    Set<String> done = new HashSet<>();
    pipelines.keySet().forEach(name -> checkCircles(name, new LinkedHashSet<>(), done));
  }

  private void checkCircles(String name, Set<String> path, Set<String> done) {
    if (!done.add(name)) {
      return;
    }
    path.add(name);
    for (Map.Entry<Plan.Link, Location> link : links.entrySet()) {
      if (link.getKey().from().equals(name)) {
        String to = link.getKey().to();
        if (path.contains(to)) {
          errors.add(
              link.getValue(),
              "events would go in a circle: " + String.join(" -> ", path) + " -> " + to);
        } else if (pipelines.containsKey(to)) {
          checkCircles(to, path, done);
        }
      }
    }
    path.remove(name);
  }

  private void warnUnused(Map<Location, String> pipelinesUnused) {
    artefacts.bindings().forEach((id, binding) -> warnUnused("binding", id, binding.at()));
    artefacts.onramps().forEach((id, onramp) -> warnUnused("onramp", id, onramp.at()));
    artefacts.offramps().forEach((id, offramp) -> warnUnused("offramp", id, offramp.at()));
    pipelinesUnused.forEach((at, id) -> warnings.add(at, notMapped("pipeline", id)));
    pipelines.values().forEach(this::warnUnlinked);
  }

  private void warnUnlinked(Plan.Pipeline pipeline) {
    Set<String> unlinked = new LinkedHashSet<>(pipeline.plan().usedOutputs());
    for (Plan.Link link : links.keySet()) {
      if (link.from().equals(pipeline.name())) {
        unlinked.remove(link.fromPort());
      }
    }
    for (String port : unlinked) {
      warnings.add(
          ConfigFiles.start(pipeline.file()),
          "no link begins at "
              + pipeline.name()
              + "/"
              + port
              + ", so what the query sends there is gone; link it to an offramp");
    }
  }

  private void warnUnused(String kind, String id, Location at) {
    if (!used.contains(kind + " " + id)) {
      warnings.add(at, notMapped(kind, id));
    }
  }

  private static String notMapped(String kind, String id) {
    return kind.equals("binding")
        ? "the binding '" + id + "' is in no mapping, so it does nothing"
        : "the " + kind + " '" + id + "' is in no mapped link, so it does not run";
  }
}
