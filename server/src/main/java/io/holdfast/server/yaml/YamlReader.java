package io.holdfast.server.yaml;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.Location;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads one YAML 1.2 file into a tree with places. Belongs to one thread. */
public final class YamlReader {
  /** What a file may unfold to by its aliases, beside a key or value for each of its characters. */
  private static final int UNFOLDED = 100_000;

  private final String file;
  private final ConfigErrors errors;
  private final IdentityHashMap<Node, Boolean> open = new IdentityHashMap<>();

  /** What is wrong is said once, however often it unfolds. */
  private final IdentityHashMap<Node, Boolean> wrong = new IdentityHashMap<>();

  private long valuesLeft;

  private YamlReader(String file, int length, ConfigErrors errors) {
    this.file = file;
    this.errors = errors;
    this.valuesLeft = (long) length + UNFOLDED;
  }

  /**
   * Reads the text of a file.
   *
   * @param file how messages name it
   * @param text what it holds
   * @param errors gets what is not YAML, keys that occur twice, values of no known kind, and what
   *     is nested too deeply or unfolds to too much
   * @return the tree, null when the file is empty or is not YAML
   */
  public static @Nullable ConfigNode read(String file, String text, ConfigErrors errors) {
    YamlReader reader = new YamlReader(file, text.length(), errors);
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel(file).setSchema(new CoreSchema()).build();
      Iterator<Node> documents =
          new Composer(
              settings,
              new BoundedParser(new ParserImpl(settings, new StreamReader(settings, text))));
      if (!documents.hasNext()) {
        return null;
      }
      ConfigNode first = reader.convert(documents.next());
      if (documents.hasNext()) {
        errors.add(
            reader.location(documents.next().getStartMark()),
            "a second YAML document begins here; put it into a file of its own");
      }
      return first;
    } catch (MarkedYamlEngineException e) {
      errors.add(reader.location(e.getProblemMark()), "not YAML: " + sentence(e));
    } catch (YamlEngineException e) {
      errors.add(new Location(file, 1, 1), "not YAML: " + e.getMessage());
    }
    return null;
  }

  /** The parser's own words, with what it was reading where it says so. */
  private static String sentence(MarkedYamlEngineException e) {
    String context = e.getContext() == null ? "" : e.getContext() + ": ";
    return context + e.getProblem();
  }

  private ConfigNode convert(Node node) {
    if (!isWithinMeasure(node)) {
      return new ConfigNode.Scalar(location(node.getStartMark()), Value.NULL);
    }
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar);
    }
    Location at = location(node.getStartMark());
    if (open.put(node, true) != null) {
      complain(node, "this contains itself through an alias");
      return new ConfigNode.Scalar(at, Value.NULL);
    }
    try {
      return switch (node) {
        case SequenceNode sequence -> {
          List<ConfigNode> items = new ArrayList<>();
          for (Node item : sequence.getValue()) {
            items.add(convert(item));
          }
          yield new ConfigNode.Sequence(at, items);
        }
        case MappingNode mapping -> new ConfigNode.Mapping(at, entries(mapping));
        default -> throw new IllegalStateException("a node of unknown kind: " + node.getNodeType());
      };
    } finally {
      open.remove(node);
    }
  }

  /** Counts a key or a value, and says once when there are too many. */
  private boolean isWithinMeasure(Node node) {
    if (--valuesLeft == -1) {
      errors.add(
          location(node.getStartMark()),
          "with its aliases this file has more than "
              + UNFOLDED
              + " keys and values; write out what is meant");
    }
    return valuesLeft >= 0;
  }

  private List<ConfigNode.Entry> entries(MappingNode mapping) {
    List<ConfigNode.Entry> entries = new ArrayList<>();
    Map<String, Location> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      // Keys count as well, or a mapping whose keys are all the same would be one value.
      if (!isWithinMeasure(tuple.getKeyNode())) {
        break;
      }
      Location at = location(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        complain(tuple.getKeyNode(), "a key must be a single word or a quoted string");
        continue;
      }
      Location first = seen.putIfAbsent(key.getValue(), at);
      if (first != null) {
        complain(
            key,
            "the key '" + key.getValue() + "' is here twice; the first is in line " + first.line());
        continue;
      }
      entries.add(new ConfigNode.Entry(at, key.getValue(), convert(tuple.getValueNode())));
    }
    return entries;
  }

  private ConfigNode scalar(ScalarNode node) {
    Location at = location(node.getStartMark());
    Tag tag = node.getTag();
    String text = node.getValue();
    Value value;
    if (tag.equals(Tag.STR)) {
      value = Value.of(text);
    } else if (tag.equals(Tag.NULL)) {
      value = Value.NULL;
    } else if (tag.equals(Tag.BOOL)) {
      value = Value.of(Boolean.parseBoolean(text));
    } else if (tag.equals(Tag.INT)) {
      value = integer(node);
    } else if (tag.equals(Tag.FLOAT)) {
      value = Value.of(real(text));
    } else {
      complain(node, "the tag " + tag.getValue() + " means nothing here; remove it");
      value = Value.NULL;
    }
    return new ConfigNode.Scalar(at, value);
  }

  private Value integer(ScalarNode node) {
    String text = node.getValue();
    try {
      return Value.of(
          text.startsWith("0x")
              ? Long.parseLong(text.substring(2), 16)
              : text.startsWith("0o")
                  ? Long.parseLong(text.substring(2), 8)
                  : Long.parseLong(text));
    } catch (NumberFormatException e) {
      complain(node, text + " is not an integer of 64 bits");
      return Value.of(0);
    }
  }

  private static double real(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".inf")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return lower.equals(".nan") ? Double.NaN : Double.parseDouble(text);
  }

  private void complain(Node node, String message) {
    if (wrong.put(node, true) == null) {
      errors.add(location(node.getStartMark()), message);
    }
  }

  private Location location(Optional<Mark> mark) {
    return mark.map(m -> new Location(file, m.getLine() + 1, m.getColumn() + 1))
        .orElseGet(() -> new Location(file, 1, 1));
  }
}
