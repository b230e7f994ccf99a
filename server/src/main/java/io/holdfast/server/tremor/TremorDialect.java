package io.holdfast.server.tremor;

import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.script.SourceFile;
import io.holdfast.server.Configuration;
import io.holdfast.server.ConfigurationException;
import io.holdfast.server.Plan;
import io.holdfast.server.Problems;
import io.holdfast.server.yaml.YamlReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entry of this dialect. */
public final class TremorDialect {
  private TremorDialect() {}

  /** Reads files; as {@link Configuration#read} says. */
  public static Configuration read(List<Path> files, Path dataDirectory, Path workingDirectory) {
    Problems problems = new Problems();
    ConfigFiles sorted = ConfigFiles.read(files, problems);
    Artefacts artefacts = new Artefacts(problems);
    for (SourceFile file : sorted.yaml()) {
      @Nullable ConfigNode content = YamlReader.read(file.name(), file.text(), problems.errors());
      if (content != null) {
        artefacts.add(content);
      }
    }
    Queries queries = new Queries(sorted.queries(), dataDirectory, workingDirectory, problems);
    Plan plan = new Planner(artefacts, queries, problems).plan();
    if (plan.links().isEmpty() && !problems.hasErrors()) {
      problems
          .errors()
          .add(
              ConfigFiles.start(files.getFirst().toString()),
              "nothing would run: no mapping instantiates a binding in these files");
    }
    if (problems.hasErrors()) {
      throw new ConfigurationException(problems.list());
    }
    return new Configuration(plan, problems.list());
  }
}
