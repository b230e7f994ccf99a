package io.holdfast.server.tremor;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.DidYouMean;
import io.holdfast.pipeline.config.Location;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link: {@code /onramp/metronome/{instance}/out}.
 *
 * @param at where it was written
 * @param kind what it names
 * @param artefact its id
 * @param instance the instance, with placeholders where they were written
 * @param port the port, null where none was written
 */
record ArtefactUrl(
    Location at, Kind kind, String artefact, String instance, @Nullable String port) {

  /** What makes a name, as messages say it. */
  static final String NAME_RULE = "letters, digits, '_', '-', '.' and ':' make one";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]*");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");
  private static final String SHAPE = "/<onramp|pipeline|offramp>/<id>/<instance>/<port>";

  /** What a URL can name. */
  enum Kind {
    ONRAMP,
    PIPELINE,
    OFFRAMP,
    BINDING;

    /** As it is written. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether this may be an id or an instance: it becomes the name of a directory. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Reads one end of a link; empty after an error. */
  static Optional<ArtefactUrl> ofLink(Location at, String text, ConfigErrors errors) {
    Optional<ArtefactUrl> url = parse(at, text, SHAPE, errors);
    if (url.isPresent() && url.get().kind == Kind.BINDING) {
      errors.add(at, "a link cannot lead to a binding; write " + SHAPE);
      return Optional.empty();
    }
    return url;
  }

  /** Reads the key of a mapping, {@code /binding/<id>/<instance>}; empty after an error. */
  static Optional<ArtefactUrl> ofMapping(Location at, String text, ConfigErrors errors) {
    String shape = "/binding/<id>/<instance>";
    Optional<ArtefactUrl> url = parse(at, text, shape, errors);
    if (url.isPresent() && (url.get().kind != Kind.BINDING || url.get().port != null)) {
      errors.add(at, "'" + text + "' names no binding; write " + shape);
      return Optional.empty();
    }
    return url;
  }

  private static Optional<ArtefactUrl> parse(
      Location at, String text, String shape, ConfigErrors errors) {
    String path = text.startsWith("tremor://") ? text.replaceFirst("tremor://[^/]*", "") : text;
    String[] parts = path.split("/", -1);
    if (!path.startsWith("/") || parts.length < 4 || parts.length > 5) {
      errors.add(at, "'" + text + "' is not a link; write " + shape);
      return Optional.empty();
    }
    List<String> kinds = List.of("onramp", "pipeline", "offramp", "binding");
    int kind = kinds.indexOf(parts[1]);
    if (kind < 0) {
      errors.add(
          at,
          "'" + parts[1] + "' in '" + text + "' is unknown; " + DidYouMean.hint(parts[1], kinds));
      return Optional.empty();
    }
    for (int i = 2; i < parts.length; i++) {
      String name = i == 3 ? PLACEHOLDER.matcher(parts[i]).replaceAll("x") : parts[i];
      if (!isName(name)) {
        errors.add(at, "'" + parts[i] + "' in '" + text + "' is not a name: " + NAME_RULE);
        return Optional.empty();
      }
    }
    return Optional.of(
        new ArtefactUrl(
            at,
            Kind.valueOf(parts[1].toUpperCase(Locale.ROOT)),
            parts[2],
            parts[3],
            parts.length == 5 ? parts[4] : null));
  }

  /**
   * This end with its placeholders replaced; empty after an error.
   *
   * @param variables what the mapping sets
   * @param mapping how messages name the mapping
   */
  Optional<ArtefactUrl> with(Map<String, String> variables, String mapping, ConfigErrors errors) {
    Matcher matcher = PLACEHOLDER.matcher(instance);
    StringBuilder replaced = new StringBuilder();
    while (matcher.find()) {
      String value = variables.get(matcher.group(1));
      if (value == null) {
        errors.add(
            at,
            "the mapping "
                + mapping
                + " does not set '"
                + matcher.group(1)
                + "'; "
                + DidYouMean.hint(matcher.group(1), variables.keySet()));
        return Optional.empty();
      }
      matcher.appendReplacement(replaced, Matcher.quoteReplacement(value));
    }
    matcher.appendTail(replaced);
    return Optional.of(new ArtefactUrl(at, kind, artefact, replaced.toString(), port));
  }

  /** {@code /kind/artefact/instance}, as messages name it. */
  String name() {
    return "/" + kind.word() + "/" + artefact + "/" + instance;
  }
}
