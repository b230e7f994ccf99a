package io.holdfast.server.tremor;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.Location;
import io.holdfast.pipeline.config.Section;
import io.holdfast.script.Value;
import io.holdfast.server.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a person's YAML files define, gathered over all of them before anything is linked, so that
 * their order does not matter.
 */
final class Artefacts {
  private static final List<String> UNSUPPORTED =
      List.of("codec_map", "preprocessors", "postprocessors");

  private final ConfigErrors errors;
  private final ConfigErrors warnings;
  private final Map<String, Connector> onramps = new LinkedHashMap<>();
  private final Map<String, Connector> offramps = new LinkedHashMap<>();
  private final Map<String, Binding> bindings = new LinkedHashMap<>();
  private final Map<String, Mapping> mappings = new LinkedHashMap<>();

  /**
   * An onramp or offramp.
   *
   * @param id its id
   * @param at where the id was written
   * @param type the type that was asked for, with its place; no string when that was an error
   * @param codec null when none was written
   * @param config its settings
   */
  record Connector(
      String id,
      Location at,
      ConfigNode.Scalar type,
      ConfigNode.@Nullable Scalar codec,
      ConfigNode.Mapping config) {}

  /**
   * Links that may be made.
   *
   * @param id its id
   * @param at where the id was written
   * @param links from one end to the other, placeholders as they were written
   */
  record Binding(String id, Location at, List<Link> links) {}

  /** One link of a binding. */
  record Link(ArtefactUrl from, ArtefactUrl to) {}

  /**
   * An instance of a binding.
   *
   * @param binding the binding and the instance
   * @param text as it was written
   * @param variables what its placeholders become
   */
  record Mapping(ArtefactUrl binding, String text, Map<String, String> variables) {}

  Artefacts(Problems problems) {
    this.errors = problems.errors();
    this.warnings = problems.warnings();
  }

  Map<String, Connector> onramps() {
    return onramps;
  }

  Map<String, Connector> offramps() {
    return offramps;
  }

  Map<String, Binding> bindings() {
    return bindings;
  }

  List<Mapping> mappings() {
    return List.copyOf(mappings.values());
  }

  /** Adds what a file defines. */
  void add(ConfigNode file) {
    if (!(file instanceof ConfigNode.Mapping map)) {
      errors.add(
          file.location(),
          "this file must be a map with 'onramp', 'offramp', 'binding' or 'mapping', not "
              + file.kind());
      return;
    }
    Section section = new Section(map, "a configuration file", errors);
    items(section, "onramp", (at, item) -> connector("onramp", at, item, onramps));
    items(section, "offramp", (at, item) -> connector("offramp", at, item, offramps));
    items(section, "binding", this::binding);
    ConfigNode mapping = section.node("mapping");
    if (mapping instanceof ConfigNode.Mapping entries) {
      entries.entries().forEach(this::mapping);
    } else if (mapping != null) {
      errors.add(mapping.location(), "'mapping' must be a map, not " + mapping.kind());
    }
    section.finish();
  }

  private void items(
      Section section, String key, BiConsumer<Location, ConfigNode.Mapping> consumer) {
    ConfigNode node = section.node(key);
    if (node == null) {
      return;
    }
    if (!(node instanceof ConfigNode.Sequence list)) {
      errors.add(
          node.location(),
          "'"
              + key
              + "' must be a list (each "
              + key
              + " begins with '- id:'), not "
              + node.kind());
      return;
    }
    for (ConfigNode item : list.items()) {
      if (item instanceof ConfigNode.Mapping map) {
        consumer.accept(item.location(), map);
      } else {
        errors.add(item.location(), "each " + key + " must be a map, not " + item.kind());
      }
    }
  }

  private void connector(
      String kind, Location at, ConfigNode.Mapping map, Map<String, Connector> into) {
    Section section = new Section(map, name(kind, map), errors);
    String id = section.text("id");
    section.text("type");
    section.textOrNull("description");
    String codec = section.textOrNull("codec");
    for (String key : UNSUPPORTED) {
      if (section.has(key)) {
        errors.add(
            section.locationOf(key), "'" + key + "' is not supported; remove it from the " + kind);
      }
    }
    for (String key : List.of("linked", "err_required")) {
      if (section.flag(key, false)) {
        errors.add(section.locationOf(key), "'" + key + ": true' is not supported; remove it");
      }
    }
    if (section.has("metrics_interval_s")) {
      warnings.add(section.locationOf("metrics_interval_s"), "'metrics_interval_s' has no effect");
    }
    ConfigNode config = section.node("config");
    if (config != null && !(config instanceof ConfigNode.Mapping)) {
      errors.add(
          config.location(),
          "'config' of " + kind + " '" + id + "' must be a map, not " + config.kind());
    }
    section.finish();
    ConfigNode.Scalar type =
        map.get("type") instanceof ConfigNode.Scalar written
            ? written
            : new ConfigNode.Scalar(at, Value.NULL);
    Location place = section.locationOf("id");
    if (!id.isEmpty() && checkName(kind, id, place)) {
      Connector connector =
          new Connector(
              id,
              place,
              type,
              codec != null && map.get("codec") instanceof ConfigNode.Scalar written
                  ? written
                  : null,
              config instanceof ConfigNode.Mapping settings
                  ? settings
                  : ConfigNode.Mapping.empty(at));
      Connector first = into.putIfAbsent(id, connector);
      if (first != null) {
        duplicate(kind, id, place, first.at());
      }
    }
  }

  private void binding(Location at, ConfigNode.Mapping map) {
    Section section = new Section(map, name("binding", map), errors);
    String id = section.text("id");
    section.textOrNull("description");
    ConfigNode node = section.node("links");
    List<Link> links = new ArrayList<>();
    if (node instanceof ConfigNode.Mapping from) {
      from.entries().forEach(entry -> links(entry, links));
    } else if (node != null) {
      errors.add(
          node.location(),
          "'links' must be a map from one link to a list of links, not " + node.kind());
    } else {
      errors.add(at, name("binding", map) + " needs 'links'");
    }
    section.finish();
    Location place = section.locationOf("id");
    if (!id.isEmpty() && checkName("binding", id, place)) {
      Binding first = bindings.putIfAbsent(id, new Binding(id, place, List.copyOf(links)));
      if (first != null) {
        duplicate("binding", id, place, first.at());
      }
    }
  }

  private void links(ConfigNode.Entry entry, List<Link> into) {
    var from = ArtefactUrl.ofLink(entry.keyLocation(), entry.key(), errors);
    if (!(entry.value() instanceof ConfigNode.Sequence list)) {
      errors.add(
          entry.value().location(),
          "what '" + entry.key() + "' leads to must be a list, not " + entry.value().kind());
      return;
    }
    for (ConfigNode item : list.items()) {
      if (item instanceof ConfigNode.Scalar(Location at, Value.Text(String text))) {
        var to = ArtefactUrl.ofLink(at, text, errors);
        if (from.isPresent() && to.isPresent()) {
          into.add(new Link(from.get(), to.get()));
        }
      } else {
        errors.add(item.location(), "a link must be a string, not " + item.kind());
      }
    }
  }

  private void mapping(ConfigNode.Entry entry) {
    var url = ArtefactUrl.ofMapping(entry.keyLocation(), entry.key(), errors);
    Map<String, String> variables = new LinkedHashMap<>();
    if (entry.value() instanceof ConfigNode.Mapping map) {
      for (ConfigNode.Entry variable : map.entries()) {
        variables.put(variable.key(), "_"); // so that a bad value is one error and not two
        if (!(variable.value()
            instanceof ConfigNode.Scalar(Location at, Value.Text(String text)))) {
          errors.add(
              variable.value().location(),
              "'"
                  + variable.key()
                  + "' must be a string, not "
                  + variable.value().kind()
                  + "; put it into quotes");
        } else if (!ArtefactUrl.isName(text)) {
          errors.add(at, "'" + text + "' is not a name: " + ArtefactUrl.NAME_RULE);
        } else {
          variables.put(variable.key(), text);
        }
      }
    } else if (!(entry.value() instanceof ConfigNode.Scalar(var at, Value.Null nothing))) {
      errors.add(
          entry.value().location(),
          "a mapping must be a map from names to values, not " + entry.value().kind());
    }
    if (url.isPresent()) {
      Mapping first =
          mappings.putIfAbsent(entry.key(), new Mapping(url.get(), entry.key(), variables));
      if (first != null) {
        duplicate("mapping", entry.key(), entry.keyLocation(), first.binding().at());
      }
    }
  }

  /** How messages name an artefact, before its id was checked. */
  private static String name(String kind, ConfigNode.Mapping map) {
    return map.get("id") instanceof ConfigNode.Scalar(var at, Value.Text(String id))
        ? kind + " '" + id + "'"
        : "this " + kind;
  }

  private boolean checkName(String kind, String id, Location at) {
    if (!ArtefactUrl.isName(id)) {
      errors.add(at, "'" + id + "' is no id for a " + kind + ": " + ArtefactUrl.NAME_RULE);
      return false;
    }
    return true;
  }

  private void duplicate(String kind, String id, Location at, Location first) {
    errors.add(at, "the " + kind + " '" + id + "' is defined twice; the first is at " + first);
  }
}
