package io.holdfast.server.tremor;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.DidYouMean;
import io.holdfast.pipeline.config.Location;
import io.holdfast.pipeline.runtime.PipelinePlan;
import io.holdfast.script.ImportPath;
import io.holdfast.script.LoadException;
import io.holdfast.script.Query;
import io.holdfast.script.Setting;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Value;
import io.holdfast.server.Plan;
import io.holdfast.server.Problems;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The queries by pipeline id: the name of the file without its ending, or what the query's own
 * {@code #!config id} says.
 */
final class Queries {
  /** What links call a pipeline that has no other name. */
  private static final String MAIN = "main";

  /** Settings of a query that are known; the second is of no use here. */
  private static final List<String> SETTINGS = List.of("id", "metrics_interval_s");

  private final Map<String, Query> byId = new LinkedHashMap<>();
  private final Map<String, Optional<Plan.Pipeline>> instances = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private final Path dataDirectory;
  private final Path workingDirectory;
  private final Problems problems;
  private final ConfigErrors errors;
  private boolean someAreBad;
  private boolean saidMain;

  /** Loads the queries. */
  Queries(List<SourceFile> files, Path dataDirectory, Path workingDirectory, Problems problems) {
    this.dataDirectory = dataDirectory;
    this.workingDirectory = workingDirectory;
    this.problems = problems;
    this.errors = problems.errors();
    files.forEach(this::load);
  }

  private void load(SourceFile file) {
    Query query;
    try {
      query =
          Query.load(
              file,
              ImportPath.beside(Path.of(file.name()), List.of(), System.getenv("TREMOR_PATH")));
    } catch (LoadException e) {
      problems.addAll(e.diagnostics());
      someAreBad = true;
      return;
    }
    problems.addAll(query.warnings());
    String id = ConfigFiles.stem(file);
    Location at = ConfigFiles.start(file.name());
    for (Setting setting : query.config()) {
      if (setting.name().equals("id") && setting.value() instanceof Value.Text(String written)) {
        id = written;
        at = location(file, setting);
      } else if (setting.name().equals("id")) {
        errors.add(location(file, setting), "the id of a pipeline must be a string");
      } else if (!SETTINGS.contains(setting.name())) {
        errors.add(
            location(file, setting),
            "unknown setting '"
                + setting.name()
                + "' of a query; "
                + DidYouMean.hint(setting.name(), SETTINGS));
      }
    }
    if (!ArtefactUrl.isName(id)) {
      errors.add(at, "'" + id + "' is no id for a pipeline: " + ArtefactUrl.NAME_RULE);
      someAreBad = true;
      return;
    }
    Query first = byId.putIfAbsent(id, query);
    if (first != null) {
      errors.add(
          at,
          "the pipeline '"
              + id
              + "' is defined twice, here and in "
              + first.source().name()
              + "; rename a file, or give one an id with #!config id = \"...\"");
    }
  }

  private static Location location(SourceFile file, Setting setting) {
    int offset = setting.nameSpan().start();
    return new Location(file.name(), file.line(offset), file.column(offset));
  }

  /** Reports a link to a pipeline that does not exist, and one to {@code main} that is another. */
  void check(ArtefactUrl url) {
    String id = url.artefact();
    if (byId.containsKey(id)) {
      return;
    }
    Query only = find(id);
    if (only != null) {
      if (!saidMain) {
        saidMain = true;
        problems
            .warnings()
            .add(
                url.at(),
                "there is no pipeline 'main'; it is taken to be '"
                    + byId.keySet().iterator().next()
                    + "' ("
                    + only.source().name()
                    + "), the only query there is");
      }
    } else if (!someAreBad) {
      // The id could be the one of a query that could not be loaded.
      errors.add(
          url.at(),
          "there is no pipeline '"
              + id
              + "'; "
              + (byId.isEmpty()
                  ? "name a query (a .trickle file) too"
                  : DidYouMean.hint(id, byId.keySet())));
    }
  }

  /** An instance of the pipeline that a link names; empty when there is none or it is bad. */
  Optional<Plan.Pipeline> pipeline(ArtefactUrl url) {
    Query query = find(url.artefact());
    if (query == null) {
      return Optional.empty();
    }
    String id = byId.containsKey(url.artefact()) ? url.artefact() : byId.keySet().iterator().next();
    used.add(id);
    return instances.computeIfAbsent(
        id + "/" + url.instance(), name -> plan(query, id, url.instance()));
  }

  private Optional<Plan.Pipeline> plan(Query query, String id, String instance) {
    PipelinePlan plan =
        PipelinePlan.of(query, id, instance, dataDirectory, workingDirectory, errors);
    return plan == null
        ? Optional.empty()
        : Optional.of(new Plan.Pipeline("/pipeline/" + plan.name(), query.source().name(), plan));
  }

  private @Nullable Query find(String id) {
    Query query = byId.get(id);
    return query == null && id.equals(MAIN) && byId.size() == 1 && !someAreBad
        ? byId.values().iterator().next()
        : query;
  }

  /** Checks the pipelines that no mapping uses, and gives them by the place where each begins. */
  Map<Location, String> unused() {
    Map<Location, String> unused = new LinkedHashMap<>();
    byId.forEach(
        (id, query) -> {
          if (!used.contains(id)) {
            plan(query, id, "unused");
            unused.put(ConfigFiles.start(query.source().name()), id);
          }
        });
    return unused;
  }
}
